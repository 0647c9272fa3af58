// Each telling as chunks of the UI message stream.
import type { Tellings } from "./tellings.js";
import type { Telling } from "./telling.js";
import type { RunMetadata, TextOrigin, UiMessageChunk } from "./ui-message.js";

type Chunks = AsyncGenerator<UiMessageChunk, undefined>;

/** Steps of the AI SDK follow one another, and agents work at once: a step ends where a model begins and all else is over. */
export async function* chunksOf(run: string, messageId: string, tellings: Tellings): Chunks {
  let begun = false;
  yield { type: "start", messageId };
  for await (const telling of tellings) {
    if (telling.type === "turn") {
      if (begun) yield { type: "finish-step" };
      begun = true;
      yield { type: "start-step" };
    } else if (telling.type === "end") {
      if (begun) yield { type: "finish-step" };
      // Before the last chunk: what comes after an error is not read.
      yield { type: "message-metadata", messageMetadata: metadataOf(run, telling) };
      yield lastOf(telling);
    } else yield* chunks(telling);
  }
  return undefined;
}

function* chunks(telling: Exclude<Telling, { type: "turn" | "end" }>): Generator<UiMessageChunk> {
  // The engine calls the tools, and the page has no types of them.
  const ours = { providerExecuted: true, dynamic: true } as const;
  switch (telling.type) {
    case "text.begin":
      return yield { type: "text-start", id: telling.id, providerMetadata: origin(telling.id) };
    case "text":
      return yield { type: "text-delta", id: telling.id, delta: telling.text };
    case "text.end":
      return yield { type: "text-end", id: telling.id, providerMetadata: origin(telling.id) };
    case "text.withdrawn":
      if (telling.alone) return yield { type: "reset-step" };
      return yield { type: "text-end", id: telling.id, providerMetadata: origin(telling.id, true) };
    case "call": {
      const { id, tool, server, arguments: input } = telling;
      const title = server === undefined ? {} : { title: `${tool} (${server})` };
      return yield {
        type: "tool-input-available",
        toolCallId: id,
        toolName: tool,
        input,
        ...ours,
        ...title,
      };
    }
    case "call.asked": {
      const { id, ask, wait, question } = telling;
      const approvalDescriptor = { hash: question.hash, ...(wait !== undefined && { wait }) };
      return yield {
        type: "tool-approval-request",
        approvalId: ask,
        toolCallId: id,
        reason: question.sentence,
        approvalDescriptor,
      };
    }
    case "call.answered": {
      const { id, ask, approve, reason } = telling;
      const why = reason === undefined ? {} : { reason };
      yield { type: "tool-approval-response", approvalId: ask, approved: approve, ...why };
      if (!approve) yield { type: "tool-output-denied", toolCallId: id };
      return;
    }
    case "call.done": {
      const { id, text, structured = text } = telling;
      return yield { type: "tool-output-available", toolCallId: id, output: structured, ...ours };
    }
    case "call.failed":
      return yield { type: "tool-output-error", toolCallId: telling.id, errorText: telling.text, ...ours };
    case "question":
    case "question.answered": {
      const { type, ask, question } = telling;
      const wait = type === "question" && telling.wait !== undefined ? { wait: telling.wait } : {};
      const data = { question, answered: type === "question.answered", ...wait };
      return yield { type: "data-question", id: ask, data };
    }
    case "note": {
      const { kind, id, step, value } = telling;
      return yield { type: `data-${kind}`, id, data: { step, value } };
    }
    case "broken":
      return yield { type: "error", errorText: telling.failure };
  }
}

function origin(id: string, withdrawn = false): TextOrigin {
  return { troupe: { id, ...(withdrawn && { withdrawn }) } };
}

type End = Extract<Telling, { type: "end" }>;

function metadataOf(run: string, { outcome, answer }: End): RunMetadata {
  const { stop, pattern, model, usage, missing } = outcome;
  return {
    run,
    reason: stop.reason,
    resumable: stop.resumable ?? false,
    pattern,
    model,
    usage,
    missing: missing.map(({ part }) => part),
    ...(answer !== undefined && { answer }),
  };
}

function lastOf({ outcome: { stop }, failure }: End): UiMessageChunk {
  if (failure !== undefined) return { type: "error", errorText: failure };
  if (stop.reason === "cancelled") return { type: "abort", reason: "The run was cancelled." };
  if (stop.reason === "done") return { type: "finish", finishReason: "stop" };
  if (stop.reason === "approval") return { type: "finish", finishReason: "tool-calls" };
  if (stop.reason === "blocked") return { type: "finish", finishReason: "content-filter" };
  const short = ["budget", "turn_limit", "cut_off"].includes(stop.reason);
  return { type: "finish", finishReason: short ? "length" : "other" };
}
