// Events of a run on their way to one `for await`.
import type { RunEvent } from "./events.js";

type Result = IteratorResult<RunEvent, undefined>;
type Waiter = { resolve(result: Result): void; reject(error: unknown): void };

const OVER: Result = { done: true, value: undefined };

export class EventStream implements AsyncIterableIterator<RunEvent, undefined> {
  #events: RunEvent[] = [];
  /** How many of them were read: a long array that loses its first item would be moved as a whole. */
  #read = 0;
  #waiting: Waiter[] = [];
  #over = false;
  #failure: unknown;

  /** `left` is called when the reader goes away before the end. */
  constructor(private readonly left: (stream: EventStream) => void) {}

  push(event: RunEvent): void {
    if (this.#waiting.length === 0) this.#events.push(event);
    else this.#waiting.shift()!.resolve({ done: false, value: event });
  }

  end(failure?: unknown): void {
    this.#over = true;
    this.#failure = failure;
    for (const waiter of this.#waiting.splice(0)) this.#finish().then(waiter.resolve, waiter.reject);
  }

  next(): Promise<Result> {
    if (this.#read < this.#events.length) {
      const value = this.#events[this.#read++]!;
      if (this.#read === this.#events.length) this.#forget();
      return Promise.resolve({ done: false, value });
    }
    if (this.#over) return this.#finish();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async return(): Promise<Result> {
    if (!this.#over) {
      this.left(this);
      this.end();
    }
    this.#forget();
    return OVER;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #forget(): void {
    this.#events = [];
    this.#read = 0;
  }

  /** A failure is thrown once. */
  async #finish(): Promise<Result> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    return OVER;
  }
}
