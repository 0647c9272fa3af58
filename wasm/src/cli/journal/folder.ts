// The folder of the journals, and what the command line keeps beside them.

import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";

import type { Pins } from "../../status.js";
import { isFileName, noFileName } from "../../journals/file-name.js";
import { makeFolder } from "../../journals/make-folder.js";
import { Exit, Trouble } from "../exit.js";
import { type Journal, readJournal } from "./read.js";
import { type State, stateOf } from "./state.js";
import { fieldsOf, textOf } from "./values.js";

const ENDING = ".jsonl";
const PINS = "tools-seen.json";

export interface Found {
  run: string;
  file: string;
  text: string;
}

export interface Listed {
  run: string;
  file: string;
  journal: Journal;
  state: State;
  /** When its last line was written. */
  at: number;
}

/** A fork has its parent's beginning, and begins itself where it was forked. */
function begunAt({ header, lines }: Journal): number {
  return lines.find(({ kind }) => kind === "fork")?.at ?? header.at;
}

/** As a person would write it from where they are. */
export function shortPath(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith("..") || short === "" ? file : short;
}

export class Folder {
  constructor(readonly path: string) {}

  fileOf(run: string): string {
    return this.#named(run, ENDING);
  }

  /** Whether it is this folder's own journal, and no file that only names a run of it. */
  holds({ run, file }: Found): boolean {
    if (!isFileName(run) || basename(file) !== run + ENDING || !existsSync(this.path)) return false;
    return realpathSync(dirname(file)) === realpathSync(this.path);
  }

  runs(): string[] {
    if (!existsSync(this.path)) return [];
    return readdirSync(this.path)
      .filter((name) => name.endsWith(ENDING))
      .map((name) => name.slice(0, -ENDING.length))
      .filter(isFileName)
      .sort();
  }

  /** All journals, newest last; files that are none are left out. */
  list(): Listed[] {
    const listed: Listed[] = [];
    for (const run of this.runs()) {
      const file = this.fileOf(run);
      try {
        const journal = readJournal(readFileSync(file, "utf8"), file);
        const lock = existsSync(`${file}.lock`) ? readFileSync(`${file}.lock`, "utf8") : "";
        const state = stateOf(journal, lock, textOf(fieldsOf(this.recall(run)).paused));
        listed.push({ run, file, journal, state, at: journal.lines.at(-1)?.at ?? begunAt(journal) });
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
      }
    }
    return listed.sort((a, b) => begunAt(a.journal) - begunAt(b.journal) || (a.run < b.run ? -1 : 1));
  }

  /** The journal of a run: by its file, its name, or the part of the name that tells it from the others. */
  find(named: string): Found {
    const file = existsSync(named) && statSync(named).isFile() ? resolve(named) : this.#fileFor(named);
    const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
    return { run: textOf(readJournal(text, shortPath(file)).header.run), file, text };
  }

  #fileFor(named: string): string {
    const runs = this.runs();
    if (runs.includes(named)) return this.fileOf(named);
    const alike = runs.filter((run) => run.startsWith(named) || run.endsWith(named));
    if (alike.length === 1) return this.fileOf(alike[0]!);
    if (alike.length > 1)
      throw new Trouble(`"${named}" may be any of these runs: ${alike.join(", ")}.`, Exit.usage);
    const where = shortPath(this.path);
    const others =
      runs.length === 0 ? `There are no runs in ${where}.` : `troupe list shows the runs in ${where}.`;
    throw new Trouble(`There is no run and no file "${named}". ${others}`, Exit.usage);
  }

  /** The newest run that is not over and that nobody is at work on. */
  unfinished(): Found {
    const newest = this.list().findLast(({ state }) => state.resumable);
    if (newest !== undefined) return this.find(newest.file);
    throw new Trouble(`There is no unfinished run in ${shortPath(this.path)}.`, Exit.usage);
  }

  /** Where a journal of this file goes on: in the file itself when its name allows that, or else here. */
  static for(found: Found, otherwise: Folder): Folder {
    return basename(found.file) === found.run + ENDING ? new Folder(dirname(found.file)) : otherwise;
  }

  /** Before anything is spent on a run whose journal cannot be kept. */
  make(): void {
    try {
      makeFolder(this.path);
      accessSync(this.path, constants.W_OK);
    } catch (error) {
      const why = (error as Error).message;
      throw new Trouble(
        `The folder ${shortPath(this.path)} cannot keep journals: ${why}. Name another with --journal.`,
        Exit.setup,
      );
    }
  }

  /**
   * What the command line remembers of a run, so that whoever resumes it need not repeat the options. Gives what puts back
   * what was there before.
   */
  remember(run: string, how: object): () => void {
    const file = this.#memory(run);
    const before = existsSync(file) ? readFileSync(file) : undefined;
    writeFileSync(file, `${JSON.stringify(how, null, 2)}\n`, { mode: 0o600 });
    return () => (before === undefined ? rmSync(file, { force: true }) : writeFileSync(file, before));
  }

  recall(run: string): unknown {
    try {
      return JSON.parse(readFileSync(this.#memory(run), "utf8"));
    } catch {
      return undefined;
    }
  }

  /** What tools said of themselves when runs of this folder first saw them. */
  pins(): Pins | undefined {
    try {
      return JSON.parse(readFileSync(join(this.path, PINS), "utf8")) as Pins;
    } catch {
      return undefined;
    }
  }

  /** Whole or not at all: another run may write it at the same time. */
  keepPins(pins: Pins): void {
    const draft = join(this.path, `${PINS}.${process.pid}`);
    try {
      writeFileSync(draft, `${JSON.stringify({ ...this.pins(), ...pins }, null, 1)}\n`, { mode: 0o600 });
      renameSync(draft, join(this.path, PINS));
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }

  /** What to say and do where the engine cannot read them. */
  damagedPins(): string {
    return `${shortPath(join(this.path, PINS))} is damaged. Delete it: then tools count as seen for the first time.`;
  }

  #memory(run: string): string {
    return this.#named(run, ".reach.json");
  }

  #named(run: string, ending: string): string {
    if (!isFileName(run)) throw new Trouble(noFileName(run), Exit.journal);
    return join(this.path, run + ending);
  }
}
