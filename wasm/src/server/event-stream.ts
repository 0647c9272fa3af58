// Server-sent events as the body of a response.
import { bytesOf } from "../frames.js";

/** A sign of life, so that nobody between takes a silent stream for a dead one. */
const ALIVE_MS = 15_000;
const MOST_WAITING = 1000;

export class EventStream {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #pulse: ReturnType<typeof setInterval>;
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  #open = true;

  /** `left` is called when nobody reads on. */
  constructor(left: () => void) {
    this.body = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.#stop();
        left();
      },
    });
    this.#pulse = setInterval(() => this.#write(":\n\n"), ALIVE_MS);
    (this.#pulse as { unref?(): void }).unref?.();
  }

  /** Whoever reads too slowly misses some of it, but not the end. */
  send(data: string): void {
    if ((this.#controller.desiredSize ?? 0) > -MOST_WAITING) this.#write(`data: ${data}\n\n`);
  }

  end(data: string): void {
    if (!this.#open) return;
    this.#write(`data: ${data}\n\n`);
    this.#stop();
    this.#controller.close();
  }

  #write(event: string): void {
    if (this.#open) this.#controller.enqueue(bytesOf(event));
  }

  #stop(): void {
    this.#open = false;
    clearInterval(this.#pulse);
  }
}
