// Lines in a stream of pieces that are cut anywhere.
import { sizeOf, writeBytes } from "../frames.js";

/** A process that writes more than this without a line's end is out of order. */
const LONGEST = 64 << 20;
const NEWLINE = 10;
const RETURN = 13;

export class Lines {
  overflowed = false;
  readonly sentence = `It wrote more than ${LONGEST >> 20} MB without a line's end.`;
  #pieces: Uint8Array[] = [];
  #size = 0;

  /** `take` gets each line without its end; empty lines are left out. */
  constructor(private readonly take: (line: Uint8Array) => void) {}

  /** False when a line is too long: nothing more comes then. */
  feed(piece: Uint8Array): boolean {
    if (this.overflowed) return false;
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      this.#pieces.push(piece.subarray(start, end));
      this.end();
      start = end + 1;
    }
    if (start < piece.length) {
      this.#pieces.push(piece.subarray(start));
      this.#size += piece.length - start;
    }
    if (this.#size > LONGEST) {
      this.overflowed = true;
      this.#pieces = [];
    }
    return !this.overflowed;
  }

  /** What there is counts as a line. */
  end(): void {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#size = 0;
    let line = pieces.length === 1 ? pieces[0]! : joined(pieces);
    if (line[line.length - 1] === RETURN) line = line.subarray(0, -1);
    if (line.length > 0) this.take(line);
  }
}

/** One array of several. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(sizeOf(pieces));
  writeBytes(all, 0, pieces);
  return all;
}
