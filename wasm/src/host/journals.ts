// Lines of runs on their way to the store: one write of a run after the other, and acknowledged when they are safe.
import type { Engine } from "../engine.js";
import { TroupeError, sentenceOf } from "../errors.js";
import { bytesOf } from "../frames.js";
import type { JournalStore } from "../journals/store.js";

/** A store that has not answered for so long has failed: whoever stops a run, or all, does not wait for it for ever. */
const PATIENCE_MS = 30_000;

export class Journals {
  /** The last write of each run. */
  readonly #last = new Map<string, Promise<void>>();
  /** Writes that were given up, and may come yet: until then the journal is nobody else's. */
  readonly #late = new Map<string, Promise<unknown>>();
  /** Who was refused a journal must not close it: it is another one's. */
  readonly #opened = new Set<string>();

  constructor(
    private readonly engine: Pick<Engine, "post">,
    readonly store: JournalStore,
  ) {}

  append(run: string, at: number, lines: Uint8Array, acknowledge: boolean): void {
    const before = this.#last.get(run) ?? Promise.resolve();
    const written = before
      .then(() => this.#write(run, at, lines))
      .then(
        () => acknowledge && this.engine.post({ kind: "journal.appended", run, to: at + lines.length }),
        (error: unknown) => this.engine.post({ kind: "journal.failed", run, sentence: sentenceOf(error) }),
      );
    this.#last.set(run, written as Promise<void>);
  }

  async #write(run: string, at: number, lines: Uint8Array): Promise<void> {
    if (this.#late.has(run)) throw unanswered();
    const appended = this.store.append(run, at, lines);
    await within(appended, () => this.#late.set(run, appended));
  }

  /** The run is over here: its journal is free for others when this resolves. */
  async close(run: string): Promise<void> {
    await this.#last.get(run);
    this.#last.delete(run);
    if (!this.#opened.delete(run)) return;
    const late = this.#late.get(run);
    if (!late) return within(this.store.close(run));
    const close = () => {
      this.#late.delete(run);
      return this.store.close(run);
    };
    late.then(close, close).catch(() => undefined); // who would hear it has gone on
  }

  /** Opens the journal of a run. */
  async open(run: string, mode: "create" | "append"): Promise<void> {
    const opened = this.store.open(run, mode);
    // What is had too late is given back.
    const giveBack = () => opened.then(() => this.store.close(run)).catch(() => undefined);
    await within(opened, giveBack);
    this.#opened.add(run);
  }

  /** Waits for the writes under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#last.values());
  }

  /** Opens the journal of a run that goes on, and reads it. */
  async give(run: string): Promise<string> {
    const stored = await within(this.store.read(run));
    if (stored === undefined) throw new TroupeError("not_found", `There is no journal of a run "${run}".`);
    await this.open(run, "append");
    return (await within(this.store.read(run))) ?? stored;
  }

  /** Opens the journal of a run that goes on, and brings what the store lacks of it. */
  async take(run: string, journal: string): Promise<void> {
    await this.open(run, "append");
    const stored = await within(this.store.read(run));
    if (stored === journal) return;
    const ours = wholeLines(journal);
    const theirs = wholeLines(stored ?? "");
    if (theirs.length > ours.length || !ours.startsWith(theirs))
      throw otherStored(run, theirs.startsWith(ours));
    const at = bytesOf(theirs).length;
    const rest = bytesOf(ours.slice(theirs.length));
    if (rest.length > 0) await this.#write(run, at, rest);
  }
}

/** Rejects when the store does not answer. `late` hears of it first. */
function within<Value>(answer: Promise<Value>, late?: () => unknown): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      late?.();
      reject(unanswered());
    }, PATIENCE_MS);
    const done = () => clearTimeout(timer);
    Promise.resolve(answer).then(resolve, reject).finally(done);
  });
}

const unanswered = () =>
  new TroupeError("journal", `The journal store has not answered for ${PATIENCE_MS / 1000} seconds.`);

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
