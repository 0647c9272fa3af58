// A signal that is made when somebody looks at it: most calls end before anybody does.
export class Leaving {
  #controller: AbortController | undefined;
  #why: Error | undefined;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#why) this.#controller.abort(this.#why);
    return this.#controller.signal;
  }

  abort(why = new Error("Nobody waits for it any more.")): void {
    this.#why ??= why;
    this.#controller?.abort(why);
  }
}
