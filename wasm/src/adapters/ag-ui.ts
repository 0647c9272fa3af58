// A run as events of AG-UI (docs.ag-ui.com), for the chat pages and agents' clients that speak it.
import type { Run } from "../run.js";
import { EVENT_HEADERS, type Told, eventsOf, streamOf } from "./narration.js";

/** The events that a run makes. */
export type AgUiEvent =
  | { type: "RUN_STARTED"; threadId: string; runId: string }
  | { type: "TEXT_MESSAGE_START"; messageId: string; role: "assistant" }
  | { type: "TEXT_MESSAGE_CONTENT"; messageId: string; delta: string }
  | { type: "TEXT_MESSAGE_END"; messageId: string }
  | { type: "TOOL_CALL_START"; toolCallId: string; toolCallName: string }
  | { type: "TOOL_CALL_ARGS"; toolCallId: string; delta: string }
  | { type: "TOOL_CALL_END"; toolCallId: string }
  | { type: "TOOL_CALL_RESULT"; messageId: string; toolCallId: string; content: string; role: "tool" }
  /** `step`, `question`, `given-up`, and `stop` for every end but the good one and failures. */
  | { type: "CUSTOM"; name: string; value: unknown }
  | { type: "RUN_FINISHED"; threadId: string; runId: string; result: unknown }
  | { type: "RUN_ERROR"; message: string; code?: string };

export interface AgUiOptions {
  /** Of the conversation. Default: the run's name. */
  threadId?: string;
  /** As the client named the run. Default: the run's own name. */
  runId?: string;
}

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

function* events(told: Told, place: { threadId: string; runId: string }): Generator<AgUiEvent> {
  const id = (name: string) => `${place.runId}/${name}`;
  switch (told.tell) {
    case "text-begins":
      return yield { type: "TEXT_MESSAGE_START", messageId: id(told.id), role: "assistant" };
    case "text":
      return yield { type: "TEXT_MESSAGE_CONTENT", messageId: id(told.id), delta: told.text };
    case "text-ends":
      return yield { type: "TEXT_MESSAGE_END", messageId: id(told.id) };
    case "text-given-up":
      return yield { type: "CUSTOM", name: "given-up", value: { messageId: id(told.id) } };
    case "call": {
      const toolCallId = id(told.id);
      yield { type: "TOOL_CALL_START", toolCallId, toolCallName: told.tool };
      yield { type: "TOOL_CALL_ARGS", toolCallId, delta: JSON.stringify(told.input) };
      return yield { type: "TOOL_CALL_END", toolCallId };
    }
    case "result": {
      const toolCallId = id(told.id);
      const content = told.failed ? `Failed: ${textOf(told.output)}` : textOf(told.output);
      return yield {
        type: "TOOL_CALL_RESULT",
        messageId: `${toolCallId}/result`,
        toolCallId,
        content,
        role: "tool",
      };
    }
    case "note": {
      const { step, kind, args, value } = told.step;
      return yield { type: "CUSTOM", name: "step", value: { step, kind, args, value } };
    }
    case "question": {
      const { type: _, ...question } = told.question;
      return yield { type: "CUSTOM", name: "question", value: question };
    }
    case "end": {
      const { stop } = told.outcome;
      if (stop.reason === "failed")
        return yield {
          type: "RUN_ERROR",
          message: stop.sentence ?? "The run failed.",
          code: stop.error?.code ?? "failed",
        };
      if (stop.reason !== "done") yield { type: "CUSTOM", name: "stop", value: stop };
      return yield { type: "RUN_FINISHED", ...place, result: told.outcome };
    }
    case "failure":
      return yield { type: "RUN_ERROR", message: told.sentence };
  }
}

/**
 * The run as events. Each agent's text is a message of its own; an answer that nobody wrote as it is comes at the end.
 * Questions are custom events, answered by `run.answer`. Whoever cancels the stream cancels the run.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 * import { toAgUi } from "troupe/ag-ui";
 *
 * const troupe = await createTroupe();
 * for await (const event of toAgUi(troupe.run("add 17 and 25"))) console.log(event.type);
 * ```
 */
export function toAgUi(run: Run, options: AgUiOptions = {}): ReadableStream<AgUiEvent> {
  const { runId = run.id, threadId = run.id } = options;
  let begun = false;
  return streamOf<AgUiEvent>(run, function* (told) {
    if (!begun) yield { type: "RUN_STARTED", threadId, runId };
    begun = true;
    yield* events(told, { threadId, runId });
  });
}

/** The same as the answer to an AG-UI client's request: server-sent events. */
export function toAgUiResponse(
  run: Run,
  { threadId, runId, ...init }: AgUiOptions & ResponseInit = {},
): Response {
  const place = { ...(threadId !== undefined && { threadId }), ...(runId !== undefined && { runId }) };
  const headers = new Headers(EVENT_HEADERS);
  new Headers(init.headers).forEach((value, name) => headers.set(name, value));
  return new Response(eventsOf(toAgUi(run, place)), { ...init, headers });
}
