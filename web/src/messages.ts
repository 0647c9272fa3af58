// What the page and its worker tell each other. Plain data only: it is cloned on the way.
import type { Answer, Outcome, PatternName, RunEvent, Verified } from "troupe";

/** What the person set; kept in this tab only. */
export interface Settings {
  /** None: the offline model. */
  endpoint?: { url: string; key: string; model: string };
  pattern: PatternName | "auto";
  /** Addresses of MCP servers by name. */
  servers: Record<string, string>;
}

export interface Document {
  name: string;
  text: string;
  /** Written by a run. */
  isNote: boolean;
}

export type ToWorker =
  | { kind: "start"; task: string; settings: Settings }
  | { kind: "resume"; journal: string; settings: Settings }
  | { kind: "replay"; journal: string; settings: Settings }
  | { kind: "verify"; journal: string }
  | { kind: "answer"; question: number; answer: Answer }
  | { kind: "suspend" }
  | { kind: "cancel" };

export type FromWorker =
  /** `durable`: runs survive the tab. */
  | { kind: "ready"; release: string; durable: boolean }
  /** The journal of a run that was left before it ended. */
  | { kind: "left"; journal: string }
  | { kind: "documents"; documents: Document[] }
  /** The journal has these lines at this byte; what followed there is cut off. */
  | { kind: "lines"; at: number; lines: Uint8Array }
  | { kind: "event"; event: RunEvent }
  | { kind: "over"; outcome: Outcome }
  | { kind: "failed"; sentence: string }
  | { kind: "verified"; verified: Verified };
