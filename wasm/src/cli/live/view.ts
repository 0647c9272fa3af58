// What shows a run while it goes on.

import type { RunEvent } from "../../events.js";
import { count, dollars, duration, tokens } from "../text/amounts.js";
import type { Progress } from "./progress.js";

export interface Opening {
  task: string;
  /** Model, servers, and where the journal lies: a line for each. */
  facts: string[];
}

export interface View {
  /** What it has seen so far. */
  readonly progress: Progress;
  open(opening: Opening): void;
  take(event: RunEvent): void;
  /** A line for good, such as a notice. */
  say(line: string): void;
  /** Clears what is redrawn, because something else needs the terminal. */
  rest(): void;
  /** Goes on drawing. */
  wake(): void;
  /** The run is over for now; nothing is drawn any more. */
  close(): void;
}

export interface ViewStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export function spentLine(progress: Progress, elapsedMs: number): string {
  const parts = [
    duration(elapsedMs),
    count(progress.modelCalls, "model call"),
    count(progress.toolCalls, "tool call"),
  ];
  if (progress.tokens > 0) parts.push(tokens(progress.tokens));
  if (progress.nanoUsd > 0) parts.push(dollars(progress.nanoUsd));
  return parts.join(" · ");
}
