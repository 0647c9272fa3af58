// Each telling as events of the AG-UI protocol.
import type { Question } from "../questions.js";
import type {
  AgUiEvent,
  AgUiInput,
  AgUiInterrupt,
  AgUiOrigin,
  AgUiResult,
  AgUiUsage,
} from "./ag-ui-events.js";
import { responseSchemas } from "./ag-ui-resume.js";
import type { Telling } from "./telling.js";
import type { Tellings } from "./tellings.js";

type Events = AsyncGenerator<AgUiEvent, undefined>;

/** A tool call that the page has already is not told again: its arguments would be added to what it has. */
export async function* eventsOf(run: string, input: AgUiInput, tellings: Tellings): Events {
  const { threadId, runId, messages = [] } = input;
  const known = new Set(messages.flatMap(({ toolCalls = [] }) => toolCalls.map(({ id }) => id)));
  const interrupts = new Map<string, AgUiInterrupt>();
  yield { type: "RUN_STARTED", threadId, runId, protocolVersion: "1.0" };
  for await (const telling of tellings) {
    if (telling.type === "call.asked" || telling.type === "question")
      interrupts.set(telling.ask, interruptOf(telling));
    if (telling.type === "call.answered" || telling.type === "question.answered")
      interrupts.delete(telling.ask);
    if (telling.type === "call" && known.has(telling.id)) continue;
    if (telling.type === "end") yield lastOf(telling, { threadId, runId }, waitsFor(run, interrupts));
    else yield* events(telling);
  }
  return undefined;
}

function* events(telling: Exclude<Telling, { type: "end" }>): Generator<AgUiEvent> {
  switch (telling.type) {
    case "turn":
      return;
    case "text.begin": {
      const { id, step } = telling;
      yield { type: "STEP_STARTED", stepName: `chat ${id}` };
      return yield {
        type: "TEXT_MESSAGE_START",
        messageId: id,
        role: "assistant",
        metadata: { troupe: { step } },
      };
    }
    case "text":
      return yield { type: "TEXT_MESSAGE_CONTENT", messageId: telling.id, delta: telling.text };
    case "text.end":
    case "text.withdrawn": {
      const { id, step, type } = telling;
      const metadata: AgUiOrigin = {
        troupe: { step, ...(type === "text.withdrawn" && { withdrawn: true }) },
      };
      yield { type: "TEXT_MESSAGE_END", messageId: id, metadata };
      return yield { type: "STEP_FINISHED", stepName: `chat ${id}` };
    }
    case "call": {
      const { id: toolCallId, tool } = telling;
      yield { type: "TOOL_CALL_START", toolCallId, toolCallName: tool };
      yield { type: "TOOL_CALL_ARGS", toolCallId, delta: JSON.stringify(telling.arguments) };
      return yield { type: "TOOL_CALL_END", toolCallId };
    }
    case "call.asked":
    case "question": {
      const { ask: id, question, wait } = telling;
      const value = { id, question, ...(wait !== undefined && { wait }) };
      return yield { type: "CUSTOM", name: "troupe.question", value };
    }
    case "call.answered": {
      const { id, ask, approve, reason } = telling;
      yield { type: "CUSTOM", name: "troupe.answered", value: { id: ask, approve } };
      if (!approve) yield resultOf(id, reason ? `Denied: ${reason}` : "Denied.", true);
      return;
    }
    case "question.answered":
      return yield { type: "CUSTOM", name: "troupe.answered", value: { id: telling.ask } };
    case "call.done":
    case "call.failed":
      return yield resultOf(telling.id, telling.text, telling.type === "call.failed");
    case "note": {
      const { kind, id, step, value } = telling;
      const stepName = `${kind} ${id}`;
      yield { type: "STEP_STARTED", stepName };
      yield { type: "CUSTOM", name: `troupe.${kind}`, value: { step, value } };
      return yield { type: "STEP_FINISHED", stepName };
    }
    case "broken":
      return yield { type: "RUN_ERROR", message: telling.failure, code: "broken" };
  }
}

function resultOf(toolCallId: string, content: string, failed: boolean): AgUiEvent {
  return {
    type: "TOOL_CALL_RESULT",
    messageId: `${toolCallId}/result`,
    toolCallId,
    content,
    role: "tool",
    ...(failed && { metadata: { troupe: { failed } } }),
  };
}

type Asked = Extract<Telling, { type: "call.asked" | "question" }>;

function interruptOf(telling: Asked): AgUiInterrupt {
  const question: Question = telling.question;
  return {
    id: telling.ask,
    reason: question.subject,
    message: question.sentence,
    ...(telling.type === "call.asked" && { toolCallId: telling.id }),
    responseSchema: responseSchemas[question.subject],
    metadata: { troupe: { question } },
  };
}

/** A run that was suspended asks nothing, and waits all the same. */
function waitsFor(run: string, asked: ReadonlyMap<string, AgUiInterrupt>): AgUiInterrupt[] {
  if (asked.size > 0) return [...asked.values()];
  return [{ id: `${run}/suspended`, reason: "suspended", message: "The run was suspended. Go on?" }];
}

/** A run that stops before it is done has an answer so far, and yet is no success. */
function lastOf(
  { outcome, failure }: Extract<Telling, { type: "end" }>,
  place: { threadId: string; runId: string },
  interrupts: AgUiInterrupt[],
): AgUiEvent {
  const { answer, stop, pattern, model, missing } = outcome;
  const { reason, resumable = false } = stop;
  const { input, output, reasoning, cached } = outcome.usage;
  const used = { inputTokens: input, outputTokens: output, reasoningTokens: reasoning };
  const usage: AgUiUsage[] = [{ model, ...used, cachedInputTokens: cached }];
  const ends = { type: "RUN_FINISHED", ...place, usage } as const;
  const result: AgUiResult = { answer, pattern, model, reason, missing: missing.map(({ part }) => part) };
  if (reason === "done") return { ...ends, outcome: { type: "success" }, result };
  if (reason === "cancelled") return { ...ends, outcome: { type: "cancelled" }, result };
  if (resumable && failure === undefined) return { ...ends, outcome: { type: "interrupt", interrupts } };
  return {
    type: "RUN_ERROR",
    message: failure ?? `The run stopped before it was done: ${reason}.`,
    code: reason,
    usage,
  };
}
