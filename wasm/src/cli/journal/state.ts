// How far a run has come, as its journal tells.

import { hostname } from "node:os";

import type { Journal } from "./read.js";
import { fieldsOf, textOf } from "./values.js";

export interface State {
  /** One or two words for a list. */
  word: string;
  tone: "good" | "bad" | "open";
  /** It is not over, and nobody is at work on it. */
  resumable: boolean;
  sentence?: string;
}

/** Whether the process of a lock file lives. A lock of another machine is believed. */
function isHeld(lock: string): boolean {
  if (lock === "") return false;
  try {
    const { pid, host } = JSON.parse(lock) as { pid: number; host: string };
    if (host !== hostname()) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Steps that were begun and have not ended: after a crash nobody knows whether they were done. */
export function openSteps(journal: Journal): string[] {
  const open = new Set<string>();
  for (const { step, state } of journal.lines) {
    if (step === undefined) continue;
    if (state === "begun") open.add(step);
    else open.delete(step);
  }
  return [...open];
}

/** `paused` is what the command line remembers of why it stopped: an open question is not in the journal. */
export function stateOf(journal: Journal, lock = "", paused = ""): State {
  if (journal.brokenAt !== undefined) return { word: "broken", tone: "bad", resumable: false };
  const end = journal.lines.findLast((line) => line.kind === "end");
  if (end !== undefined) {
    const stop = fieldsOf(fieldsOf(end.value).stop);
    const word = textOf(stop.reason) || "done";
    const sentence = textOf(stop.sentence);
    return { word, tone: word === "done" ? "good" : "bad", resumable: false, ...(sentence && { sentence }) };
  }
  if (isHeld(lock)) return { word: "running", tone: "open", resumable: false };
  const word =
    openSteps(journal).length > 0
      ? "in doubt"
      : paused && paused !== "suspended"
        ? `paused: ${paused}`
        : "unfinished";
  return { word, tone: "open", resumable: true };
}
