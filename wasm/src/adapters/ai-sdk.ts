// A run as the UI message stream of Vercel's AI SDK (version 7), for pages that use its `useChat`.
import type { OtherStep, Outcome } from "../events.js";
import type { Question } from "../questions.js";
import type { Run } from "../run.js";
import { EVENT_HEADERS, type Told, eventsOf, streamOf } from "./narration.js";

/** The chunks that a run makes: a part of the AI SDK's `UIMessageChunk`. */
export type RunChunk =
  | { type: "start"; messageId: string }
  | { type: "start-step" }
  | { type: "text-start"; id: string }
  | { type: "text-delta"; id: string; delta: string }
  | { type: "text-end"; id: string }
  | { type: "tool-input-available"; toolCallId: string; toolName: string; input: unknown; dynamic: true }
  | { type: "tool-output-available"; toolCallId: string; output: unknown; dynamic: true }
  | { type: "tool-output-error"; toolCallId: string; errorText: string; dynamic: true }
  | { type: "data-step"; id: string; data: Pick<OtherStep, "kind" | "args" | "value"> }
  | { type: "data-question"; id: string; data: Question & { id: number } }
  /** What the text part of this id said was given up. */
  | { type: "data-given-up"; data: { text: string } }
  | { type: "data-stop"; data: Outcome["stop"] }
  | { type: "finish-step" }
  | { type: "error"; errorText: string }
  | { type: "abort"; reason: string }
  | { type: "finish"; finishReason: "stop" | "error" | "other"; messageMetadata?: RunMetadata };

/** Stands in the message's `metadata` at the end. */
export type RunMetadata = Pick<Outcome, "usage" | "pattern" | "model" | "missing" | "hash">;

function* ended({ stop, usage, pattern, model, missing, hash }: Outcome): Generator<RunChunk> {
  if (stop.reason === "cancelled") return yield { type: "abort", reason: stop.sentence ?? "cancelled" };
  if (stop.reason === "failed") yield { type: "error", errorText: stop.sentence ?? "The run failed." };
  else if (stop.reason !== "done") yield { type: "data-stop", data: stop };
  yield { type: "finish-step" };
  yield {
    type: "finish",
    finishReason: stop.reason === "done" ? "stop" : stop.reason === "failed" ? "error" : "other",
    messageMetadata: { usage, pattern, model, missing, hash },
  };
}

function* chunks(told: Told): Generator<RunChunk> {
  switch (told.tell) {
    case "text-begins":
      return yield { type: "text-start", id: told.id };
    case "text":
      return yield { type: "text-delta", id: told.id, delta: told.text };
    case "text-ends":
      return yield { type: "text-end", id: told.id };
    case "text-given-up":
      return yield { type: "data-given-up", data: { text: told.id } };
    case "call":
      return yield {
        type: "tool-input-available",
        toolCallId: told.id,
        toolName: told.tool,
        input: told.input,
        dynamic: true,
      };
    case "result":
      return yield told.failed
        ? { type: "tool-output-error", toolCallId: told.id, errorText: String(told.output), dynamic: true }
        : { type: "tool-output-available", toolCallId: told.id, output: told.output, dynamic: true };
    case "note": {
      const { step, kind, args, value } = told.step;
      return yield { type: "data-step", id: step, data: { kind, args, value } };
    }
    case "question": {
      const { type: _, step, ...question } = told.question;
      return yield { type: "data-question", id: step, data: question };
    }
    case "end":
      return yield* ended(told.outcome);
    case "failure":
      yield { type: "error", errorText: told.sentence };
      return yield { type: "finish", finishReason: "error" };
  }
}

/**
 * The run as chunks. Each agent's text is a part of its own; an answer that nobody wrote as it is comes at the end.
 * Questions are data parts, answered by `run.answer`. Whoever cancels the stream cancels the run.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 * import { toUIMessageStream } from "troupe/ai-sdk";
 *
 * const troupe = await createTroupe();
 * for await (const chunk of toUIMessageStream(troupe.run("add 17 and 25"))) console.log(chunk.type);
 * ```
 */
export function toUIMessageStream(run: Run): ReadableStream<RunChunk> {
  let begun = false;
  return streamOf<RunChunk>(run, function* (told) {
    if (!begun) yield* [{ type: "start", messageId: run.id } as const, { type: "start-step" } as const];
    begun = true;
    yield* chunks(told);
  });
}

/** The same as the answer to a request of `useChat`: server-sent events. */
export function toUIMessageStreamResponse(run: Run, init: ResponseInit = {}): Response {
  const headers = new Headers({ ...EVENT_HEADERS, "x-vercel-ai-ui-message-stream": "v1" });
  new Headers(init.headers).forEach((value, name) => headers.set(name, value));
  return new Response(eventsOf(toUIMessageStream(run), "[DONE]"), { ...init, headers });
}
