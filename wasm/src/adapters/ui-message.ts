// The part of AI SDK 7's UI message stream that a run needs, as types of our own: the package does not depend on `ai`.
import type { Outcome, Stop, Usage } from "../events.js";
import type { NoteKind, PlainQuestion } from "./telling.js";

/** What stands in the message's `metadata` when the stream ends. */
export type RunMetadata = {
  run: string;
  reason: Stop["reason"];
  /** The run only pauses: the next request may resume its journal. */
  resumable: boolean;
  pattern: Outcome["pattern"];
  model: string;
  usage: Usage;
  /** Parts of the work that the answer has to do without. */
  missing: string[];
  /** Which text is the answer: the one with this `providerMetadata.troupe.id`. */
  answer?: string;
};

/** Of a text: where in the run it was written. */
export type TextOrigin = {
  troupe: {
    id: string;
    /** It was given up and counts for nothing, though this protocol cannot take it back. Do not show it. */
    withdrawn?: true;
  };
};

export type NoteData = { step: string; value: unknown };

/** Answer with the page's next request, under the part's `id`; `wait` is for `run.answer` where the run waits. */
export type QuestionData = { question: PlainQuestion; answered: boolean; wait?: number };

/** The data parts, for `UIMessage<RunMetadata, RunData>`. */
export type RunData = { [Kind in NoteKind]: NoteData } & { question: QuestionData };

type DataChunk = {
  [Kind in keyof RunData]: { type: `data-${Kind}`; id: string; data: RunData[Kind] };
}[keyof RunData];

/** One chunk; assignable to `UIMessageChunk` of `ai`. */
export type UiMessageChunk =
  | { type: "start"; messageId: string }
  | { type: "start-step" }
  | { type: "text-start"; id: string; providerMetadata: TextOrigin }
  | { type: "text-delta"; id: string; delta: string }
  | { type: "text-end"; id: string; providerMetadata: TextOrigin }
  | { type: "reset-step" }
  | {
      type: "tool-input-available";
      toolCallId: string;
      toolName: string;
      input: unknown;
      providerExecuted: true;
      dynamic: true;
      title?: string;
    }
  | {
      type: "tool-approval-request";
      approvalId: string;
      toolCallId: string;
      reason: string;
      approvalDescriptor: { hash: string; wait?: number };
    }
  | { type: "tool-approval-response"; approvalId: string; approved: boolean; reason?: string }
  | {
      type: "tool-output-available";
      toolCallId: string;
      output: unknown;
      providerExecuted: true;
      dynamic: true;
    }
  | {
      type: "tool-output-error";
      toolCallId: string;
      errorText: string;
      providerExecuted: true;
      dynamic: true;
    }
  | { type: "tool-output-denied"; toolCallId: string }
  | DataChunk
  | { type: "finish-step" }
  | { type: "message-metadata"; messageMetadata: RunMetadata }
  | { type: "finish"; finishReason: "stop" | "length" | "content-filter" | "tool-calls" | "other" }
  | { type: "error"; errorText: string }
  | { type: "abort"; reason: string };

/** A message as the page posts it; `UIMessage` of `ai` is one. */
export interface PageMessage {
  id: string;
  role: string;
  metadata?: unknown;
  parts: readonly object[];
}
