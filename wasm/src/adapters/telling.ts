// What a run tells a chat page, in words that belong to no protocol yet.
import type { Failure, OtherStep, Outcome, RunEvent } from "../events.js";
import type { Answer, ApprovalQuestion, Question } from "../questions.js";
import type { Run } from "../run.js";

/** What an adapter needs of a run. */
export type PageRun = Pick<Run, "id" | "answer" | "cancel"> & AsyncIterable<RunEvent>;

/** What the engine thinks and plans, told as it is decided. */
export type NoteKind = Extract<OtherStep["kind"], "analysis" | "strategy" | "agents" | "route" | "recovery">;

/** A question that is not about a tool call. */
export type PlainQuestion = Exclude<Question, ApprovalQuestion>;

/** How a run is told to a page, in either protocol. */
export interface PageOptions {
  /**
   * At a question that nothing here answers. `"pause"`, the default: it is told, the run pauses as soon as nothing else is
   * under way, and the stream ends; the page's answer comes with its next request, which resumes the journal. `"wait"`:
   * the stream stays open until the application calls `run.answer`.
   */
  questions?: "pause" | "wait";
  /** Answers by the questions' ids, as the page was told them. */
  answers?: Readonly<Record<string, Answer>>;
  /** Also tells what is read from a journal, for a page that has not seen it. Default: false. */
  replayed?: boolean;
  /**
   * What the page reads of a failure. Default: its code alone, because what a provider or a server says may quote a key
   * or an address. The whole of it is in the run's outcome and its journal.
   */
  failure?: (failure: Failure) => string;
}

/** An id is the run's name and a place in it, so it is another one in every run. */
export type Telling =
  /** A model begins, and nothing that was told before is still under way. */
  | { type: "turn" }
  | { type: "text.begin"; id: string; step: string }
  | { type: "text"; id: string; text: string }
  | { type: "text.end"; id: string; step: string }
  /** What the text said counts for nothing. `alone`: nothing else was told since the last turn. */
  | { type: "text.withdrawn"; id: string; step: string; alone: boolean }
  | { type: "call"; id: string; tool: string; server?: string; arguments: Record<string, unknown> }
  | { type: "call.asked"; id: string; ask: string; wait?: number; question: ApprovalQuestion }
  | { type: "call.answered"; id: string; ask: string; approve: boolean; reason?: string }
  | { type: "call.done"; id: string; text: string; structured: unknown }
  | { type: "call.failed"; id: string; text: string }
  | { type: "question"; ask: string; wait?: number; question: PlainQuestion }
  | { type: "question.answered"; ask: string; question: PlainQuestion }
  | { type: "note"; kind: NoteKind; id: string; step: string; value: unknown }
  /** `answer`: the text that holds it. `failure`: what a page reads of it. Nothing comes after the end. */
  | { type: "end"; outcome: Outcome; answer?: string; failure?: string }
  /** The run could not begin. Nothing comes after it. */
  | { type: "broken"; failure: string };
