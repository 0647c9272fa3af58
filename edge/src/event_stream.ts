// Server-sent events to one client, who may go away at any time.

/** Signs of life that a client may leave in the pipe before it counts as gone. */
const MOST_UNTAKEN = 4;

export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Resolves when the client goes away before the end. */
  readonly left: Promise<void>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #encoder = new TextEncoder();
  #pulse: ReturnType<typeof setInterval> | undefined;

  /**
   * Proxies cut streams that are silent for long, so there is a comment every `keepAliveMs`. `gone` aborts when the
   * client goes away, on runtimes that see it; on the others nobody takes the comments any more.
   */
  constructor(keepAliveMs: number, gone: AbortSignal) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    this.body = readable;
    this.#writer = writable.getWriter();
    this.left = new Promise((resolve) => {
      this.#writer.closed.catch(() => resolve());
      gone.addEventListener("abort", () => resolve());
      let untaken = 0;
      this.#pulse = setInterval(() => {
        if (untaken === MOST_UNTAKEN) return resolve();
        untaken += 1;
        void this.#write(": still here\n\n").then(() => (untaken = 0), resolve);
      }, keepAliveMs);
    });
    void this.left.then(() => {
      clearInterval(this.#pulse);
      this.abandon();
    });
  }

  /** Resolves when the client's side has taken it; rejects when nobody is there. `data` is one line of JSON. */
  send(event: string, data: string): Promise<void> {
    return this.#write(`event: ${event}\ndata: ${data}\n\n`);
  }

  async close(): Promise<void> {
    clearInterval(this.#pulse);
    await this.#writer.close().catch(() => undefined);
  }

  /** Nobody is going to read it: what waits to be taken fails. */
  abandon(): void {
    this.#writer.abort().catch(() => undefined);
  }

  #write(text: string): Promise<void> {
    return this.#writer.write(this.#encoder.encode(text));
  }
}
