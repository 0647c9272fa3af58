// Events of a run on their way to one `for await`.
import type { RunEvent } from "./events.js";

type Result = IteratorResult<RunEvent, undefined>;
type Waiter = { resolve(result: Result): void; reject(error: unknown): void };

const OVER: Result = { done: true, value: undefined };

export class EventStream implements AsyncIterableIterator<RunEvent, undefined> {
  #events: RunEvent[] = [];
  #waiting: Waiter[] = [];
  #over = false;
  #failure: unknown;

  /** `left` is called when the reader goes away before the end. */
  constructor(private readonly left: (stream: EventStream) => void) {}

  push(event: RunEvent): void {
    const waiter = this.#waiting.shift();
    if (waiter) waiter.resolve({ done: false, value: event });
    else this.#events.push(event);
  }

  end(failure?: unknown): void {
    this.#over = true;
    this.#failure = failure;
    for (const waiter of this.#waiting.splice(0)) this.#finish().then(waiter.resolve, waiter.reject);
  }

  async next(): Promise<Result> {
    const event = this.#events.shift();
    if (event) return { done: false, value: event };
    if (this.#over) return this.#finish();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async return(): Promise<Result> {
    if (!this.#over) {
      this.left(this);
      this.end();
    }
    this.#events = [];
    return OVER;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** A failure is thrown once. */
  async #finish(): Promise<Result> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    return OVER;
  }
}
