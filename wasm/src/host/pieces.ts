// The body of an answer, in the pieces in which it comes.

/** What has come already is given at once, up to this size: a call of the engine costs more than to read a kilobyte. */
const MOST = 64 << 10;

/** A piece that is there already is handed over within so many turns of the microtask queue, in all runtimes. */
const TURNS = 8;

type Read = ReadableStreamReadResult<Uint8Array>;

export class Pieces {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #asked: Promise<Read> | undefined;
  /** What was asked for and is there. */
  #there: Read | undefined;

  constructor(body: ReadableStream<Uint8Array> | null) {
    this.#reader = body?.getReader();
  }

  /** Waits for the next piece, and gives it with all that are there already; none at the end. Rejects when the stream breaks. */
  async next(): Promise<Uint8Array[]> {
    const pieces: Uint8Array[] = [];
    if (!this.#reader) return pieces;
    await this.#ask(this.#reader);
    for (let size = 0; this.#there?.value && size < MOST;) {
      size += this.#there.value.length;
      pieces.push(this.#there.value);
      this.#asked = this.#there = undefined;
      this.#ask(this.#reader).catch(() => undefined); // the next call says it
      for (let turn = 0; turn < TURNS && !this.#there; turn++) await undefined;
    }
    return pieces;
  }

  cancel(): void {
    this.#reader?.cancel().catch(() => undefined);
  }

  #ask(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Read> {
    return (this.#asked ??= reader.read().then((read) => (this.#there = read)));
  }
}
