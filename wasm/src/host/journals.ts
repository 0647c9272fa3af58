// Lines of runs on their way to the store: one write of a run after the other, and acknowledged when they are safe.
import type { Engine } from "../engine.js";
import { TroupeError, sentenceOf } from "../errors.js";
import { bytesOf } from "../frames.js";
import type { JournalStore } from "../journals/store.js";

export class Journals {
  /** The last write of each run. */
  readonly #last = new Map<string, Promise<void>>();
  /** Who was refused a journal must not close it: it is another one's. */
  readonly #opened = new Set<string>();

  constructor(
    private readonly engine: Pick<Engine, "post">,
    readonly store: JournalStore,
  ) {}

  append(run: string, at: number, lines: Uint8Array, acknowledge: boolean): void {
    const before = this.#last.get(run) ?? Promise.resolve();
    const written = before
      .then(() => this.store.append(run, at, lines))
      .then(
        () => acknowledge && this.engine.post({ kind: "journal.appended", run, to: at + lines.length }),
        (error: unknown) => this.engine.post({ kind: "journal.failed", run, sentence: sentenceOf(error) }),
      );
    this.#last.set(run, written as Promise<void>);
  }

  /** The run is over here: its journal is free for others when this resolves. */
  async close(run: string): Promise<void> {
    await this.#last.get(run);
    this.#last.delete(run);
    if (this.#opened.delete(run)) await this.store.close(run);
  }

  /** Opens the journal of a run. */
  async open(run: string, mode: "create" | "append"): Promise<void> {
    await this.store.open(run, mode);
    this.#opened.add(run);
  }

  /** Waits for the writes under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#last.values());
  }

  /** Opens the journal of a run that goes on, and reads it. */
  async give(run: string): Promise<string> {
    const stored = await this.store.read(run);
    if (stored === undefined) throw new TroupeError("not_found", `There is no journal of a run "${run}".`);
    await this.open(run, "append");
    return (await this.store.read(run)) ?? stored;
  }

  /** Opens the journal of a run that goes on, and brings what the store lacks of it. */
  async take(run: string, journal: string): Promise<void> {
    await this.open(run, "append");
    const stored = await this.store.read(run);
    if (stored === journal) return;
    const ours = wholeLines(journal);
    const theirs = wholeLines(stored ?? "");
    if (theirs.length > ours.length || !ours.startsWith(theirs))
      throw otherStored(run, theirs.startsWith(ours));
    const at = bytesOf(theirs).length;
    const rest = bytesOf(ours.slice(theirs.length));
    if (rest.length > 0) await this.store.append(run, at, rest);
  }
}

/** Without the half a line that a crash may leave. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1);
}

function otherStored(run: string, longer: boolean): TroupeError {
  return new TroupeError(
    "journal",
    longer
      ? `The store has more of run "${run}" than this journal. Resume it by its name, or steps would be done twice.`
      : `The store has another journal of run "${run}" than this one. Resume it by its name, or fork this one.`,
  );
}
