// A journal's lines for people to look at. Whether its chain holds is the engine's to say, not this reader's.

import { Exit, Trouble } from "../exit.js";

export interface Header {
  run: string;
  task: string;
  at: number;
  seed: string;
  format: number;
  config: Record<string, unknown>;
  core?: { release?: string };
  parent?: { run: string; at: string };
}

/** A line after the header. */
export interface Line {
  kind: string;
  at: number;
  n: number;
  state?: "begun" | "done" | "failed";
  step?: string;
  args?: unknown;
  value?: unknown;
  error?: { code?: string; sentence?: string; causes?: string[] };
}

export interface Journal {
  header: Header;
  lines: Line[];
  /** The line, counted from 1, that could not be read; what follows it is not shown. */
  brokenAt?: number;
  /** A crash left half a line at the end. It counts as not written. */
  torn: boolean;
}

function object(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads as far as it can. `name` is what the sentence calls it when it is no journal at all. */
export function readJournal(text: string, name: string): Journal {
  const texts = text.split("\n");
  const torn = texts.pop() !== "";
  const first = object(texts[0] ?? "");
  if (first?.journal !== "troupe") {
    throw new Trouble(
      `${name} is not a journal of troupe: its first line says nothing of one.`,
      Exit.journal,
    );
  }
  const { run, task, config } = first;
  const fits = typeof run === "string" && typeof task === "string";
  if (!fits || typeof config !== "object" || config === null) {
    throw new Trouble(
      `${name} is not a journal that troupe wrote: its first line has no run's name, task and configuration.`,
      Exit.journal,
    );
  }
  const journal: Journal = { header: first as unknown as Header, lines: [], torn };
  for (const [index, each] of texts.entries()) {
    if (index === 0) continue;
    const line = object(each);
    if (line === undefined || typeof line.kind !== "string") {
      journal.brokenAt = index + 1;
      break;
    }
    journal.lines.push(line as unknown as Line);
  }
  return journal;
}
