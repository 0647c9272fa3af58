// What models write, by the step that writes it: parallel agents write at once.
import type { Telling } from "./telling.js";

interface Text {
  id: string;
  text: string;
}

export class Texts {
  readonly #open = new Map<string, Text>();
  readonly #withdrawn = new Map<string, number>();
  /** What was written last, and counts. */
  last: Text | undefined;

  constructor(private readonly place: string) {}

  get open(): boolean {
    return this.#open.size > 0;
  }

  has(step: string): boolean {
    return this.#open.has(step);
  }

  /** A step that starts anew writes another text. */
  *write(step: string, text: string): Generator<Telling> {
    let open = this.#open.get(step);
    if (!open) {
      const times = this.#withdrawn.get(step);
      open = { id: `${this.place}/${step}${times ? `~${times}` : ""}`, text: "" };
      this.#open.set(step, open);
      yield { type: "text.begin", id: open.id, step };
    }
    open.text += text;
    yield { type: "text", id: open.id, text };
  }

  *end(step: string): Generator<Telling> {
    const open = this.#open.get(step);
    if (!open) return;
    this.#open.delete(step);
    this.last = open;
    yield { type: "text.end", id: open.id, step };
  }

  *endAll(): Generator<Telling> {
    for (const step of [...this.#open.keys()]) yield* this.end(step);
  }

  *withdrawAll(): Generator<Telling> {
    for (const step of [...this.#open.keys()]) yield* this.withdraw(step, false);
  }

  /** `alone`: nothing else was told since the last turn. */
  *withdraw(step: string, alone: boolean): Generator<Telling> {
    const open = this.#open.get(step);
    if (!open) return;
    this.#open.delete(step);
    this.#withdrawn.set(step, (this.#withdrawn.get(step) ?? 0) + 1);
    yield { type: "text.withdrawn", id: open.id, step, alone };
  }
}
