// A signal that is made when somebody looks at it: most calls end before anybody does.
export class Leaving {
  #controller: AbortController | undefined;
  #left = false;
  #why: Error | undefined;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#left) this.#controller.abort(this.#why);
    return this.#controller.signal;
  }

  /** Without a reason the signal has the one that runtimes give: an AbortError. */
  abort(why?: Error): void {
    this.#left = true;
    this.#why ??= why;
    this.#controller?.abort(why);
  }
}
