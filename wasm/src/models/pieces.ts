// Pieces that a library calls back with, on their way to one reader.

export class Pieces<Piece> implements AsyncIterable<Piece> {
  #pieces: Piece[] = [];
  #over = false;
  #failure: unknown;
  #come: (() => void) | undefined;

  push(piece: Piece): void {
    this.#pieces.push(piece);
    this.#come?.();
  }

  end(failure?: unknown): void {
    this.#over = true;
    this.#failure = failure;
    this.#come?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Piece> {
    for (;;) {
      yield* this.#pieces.splice(0);
      if (this.#pieces.length > 0) continue;
      if (this.#over) break;
      await new Promise<void>((resolve) => (this.#come = resolve));
    }
    if (this.#failure !== undefined) throw this.#failure;
  }
}
