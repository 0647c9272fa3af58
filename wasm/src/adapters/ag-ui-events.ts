// The part of the AG-UI protocol 1.0 that a run needs, as types of our own: the package depends on nothing of it.
import type { Outcome, Stop } from "../events.js";
import type { Question } from "../questions.js";
import type { NoteKind } from "./telling.js";

/** Where in the run a text was written. `withdrawn`: it was given up and counts for nothing. Do not show it. */
export type AgUiOrigin = { troupe: { step: string; withdrawn?: true } };

/** What the run waits for. Answer with a resume entry whose payload is the answer, such as `{"approve": true}`. */
export type AgUiInterrupt = {
  id: string;
  reason: Question["subject"] | "suspended";
  message: string;
  toolCallId?: string;
  responseSchema?: Record<string, unknown>;
  metadata?: { troupe: { question: Question } };
};

/** The `result` of a finished run. */
export type AgUiResult = Pick<Outcome, "answer" | "pattern" | "model"> & {
  reason: Stop["reason"];
  missing: string[];
};

export type AgUiUsage = {
  model: string;
  inputTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  cachedInputTokens: number;
};

export type AgUiCustom =
  | { type: "CUSTOM"; name: `troupe.${NoteKind}`; value: { step: string; value: unknown } }
  /** `wait` is for `run.answer` where the run waits. */
  | { type: "CUSTOM"; name: "troupe.question"; value: { id: string; question: Question; wait?: number } }
  | { type: "CUSTOM"; name: "troupe.answered"; value: { id: string; approve?: boolean } };

/** One event of the protocol, as JSON. */
export type AgUiEvent =
  | { type: "RUN_STARTED"; threadId: string; runId: string; protocolVersion: "1.0" }
  | { type: "STEP_STARTED" | "STEP_FINISHED"; stepName: string }
  | { type: "TEXT_MESSAGE_START"; messageId: string; role: "assistant"; metadata: AgUiOrigin }
  | { type: "TEXT_MESSAGE_CONTENT"; messageId: string; delta: string }
  | { type: "TEXT_MESSAGE_END"; messageId: string; metadata: AgUiOrigin }
  | { type: "TOOL_CALL_START"; toolCallId: string; toolCallName: string }
  | { type: "TOOL_CALL_ARGS"; toolCallId: string; delta: string }
  | { type: "TOOL_CALL_END"; toolCallId: string }
  | {
      type: "TOOL_CALL_RESULT";
      messageId: string;
      toolCallId: string;
      content: string;
      role: "tool";
      metadata?: { troupe: { failed: true } };
    }
  | AgUiCustom
  | {
      type: "RUN_FINISHED";
      threadId: string;
      runId: string;
      outcome:
        { type: "success" } | { type: "cancelled" } | { type: "interrupt"; interrupts: AgUiInterrupt[] };
      result?: AgUiResult;
      usage: AgUiUsage[];
    }
  | { type: "RUN_ERROR"; message: string; code: string; usage?: AgUiUsage[] };

/** What the page posts; `RunAgentInput` of the protocol is one. */
export interface AgUiInput {
  threadId: string;
  runId: string;
  messages?: readonly { id: string; role: string; toolCalls?: readonly { id: string }[] }[];
  resume?: readonly { interruptId: string; status: "resolved" | "cancelled"; payload?: unknown }[];
}
