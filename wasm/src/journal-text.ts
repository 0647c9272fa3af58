// A journal as the host has it in memory: the engine appends, and says at which byte.
import { TroupeError } from "./errors.js";
import { bytesOf, textOf } from "./frames.js";
import { onlyText } from "./names.js";

export class JournalText {
  #pieces: string[];
  /** Counted when something is appended: a replay appends nothing. */
  #bytes: number | undefined;

  constructor(text: string) {
    this.#pieces = text === "" ? [] : [text];
  }

  append(at: number, lines: Uint8Array): void {
    this.#bytes ??= bytesOf(this.toString()).length;
    if (at !== this.#bytes) this.#cut(at);
    this.#pieces.push(textOf(lines));
    this.#bytes = at + lines.length;
  }

  toString(): string {
    if (this.#pieces.length > 1) this.#pieces = [this.#pieces.join("")];
    return this.#pieces[0] ?? "";
  }

  /** Half a line at the end, which a crash left, is written anew. */
  #cut(at: number): void {
    this.#pieces = at === 0 ? [] : [textOf(bytesOf(this.toString()).subarray(0, at))];
  }
}

/** More than any run's name has. */
const LONGEST_NAME = 200;

/** A text without the mark that some editors put before it. Throws `invalid_input` where it is none. */
export function unmarked(given: string): string {
  onlyText("A journal", given);
  return given.replace(/^\uFEFF/, "");
}

/** A journal that a run is made from. Throws `invalid_input` for what is none, as the name of a run. */
export function journalOf(given: string): string {
  const journal = unmarked(given);
  if (journal.startsWith("{")) return journal;
  throw new TroupeError("invalid_input", `${begins(given)} is no journal: that begins with {"at":.`);
}

/** A journal, or the name of its run. Throws `invalid_input` for what can be neither. */
export function journalOrNameOf(given: string): { name: string; journal?: string } {
  onlyText("A journal or the name of its run", given);
  if (/^\uFEFF?\{/.test(given)) {
    const journal = journalOf(given);
    return { name: runOf(journal) ?? "unknown", journal };
  }
  if (given !== "" && given.length <= LONGEST_NAME && !given.includes("\n")) return { name: given };
  throw new TroupeError(
    "invalid_input",
    `${begins(given)} is neither a journal, which begins with {"at":, nor the name of a run.`,
  );
}

const begins = (given: string) => `What begins with ${JSON.stringify(given.slice(0, 40))}`;

/** What a journal says of its run: the task, and how it was done once it is over. */
export function doneAs(journal: string): { task: string; stop?: string; pattern?: string; model?: string } {
  // What a crash left of a last line is none.
  const lines = journal.split("\n").slice(0, -1);
  if (lines.length === 0)
    throw new TroupeError("invalid_input", "The run has not begun: there is nothing to rate.");
  const { task = "" } = JSON.parse(lines[0]!) as { task?: string };
  const { kind, value } = JSON.parse(lines.at(-1)!) as {
    kind?: string;
    value?: { pattern?: string; model?: string; stop?: { reason?: string } };
  };
  if (kind !== "end" || !value) return { task };
  return {
    task,
    ...(value.stop?.reason && { stop: value.stop.reason }),
    ...(value.pattern && { pattern: value.pattern }),
    ...(value.model && { model: value.model }),
  };
}

/** The run's name in a journal's header, if it can be read: the engine says what is wrong if not. */
export function runOf(journal: string): string | undefined {
  const end = journal.indexOf("\n");
  try {
    const { run } = JSON.parse(end < 0 ? journal : journal.slice(0, end)) as { run?: unknown };
    return typeof run === "string" && run !== "" ? run : undefined;
  } catch {
    return undefined;
  }
}

interface Line {
  kind?: string;
  step?: string;
  state?: string;
  args?: { tool?: string };
  value?: { tools?: { name: string; server?: string }[]; calls?: { name: string }[] };
}

/**
 * The tools of the application that a run has called for and has no result of: they are needed where it goes on. Nothing
 * where the journal cannot be read; the engine says why.
 */
export function awaitedTools(journal: string): string[] {
  if (!journal.includes('"kind":"tools"') || journal.includes('"kind":"end"')) return [];
  const own = new Set<string>();
  const open: string[] = [];
  const begun = new Map<string | undefined, string>();
  try {
    for (const text of journal.slice(0, journal.lastIndexOf("\n")).split("\n")) {
      if (!/"kind":"(tools|chat|tool)"/.test(text)) continue;
      const { kind, step, state, args, value } = JSON.parse(text) as Line;
      if (kind === "tools") for (const tool of value?.tools ?? []) if (!tool.server) own.add(tool.name);
      if (kind === "chat") open.push(...(value?.calls ?? []).map(({ name }) => name));
      if (kind !== "tool") continue;
      if (args?.tool !== undefined) begun.set(step, args.tool);
      if (state === "begun") continue;
      const at = open.indexOf(begun.get(step) ?? "");
      if (at >= 0) open.splice(at, 1);
    }
  } catch {
    return [];
  }
  return open.filter((name) => own.has(name));
}
