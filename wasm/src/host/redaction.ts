// Secrets on their way back: who is asked with one may quote it, in an error or in a stream, and what comes goes to the
// engine, which keeps it.
import { bytesOf, textOf } from "../frames.js";
import { joined } from "./lines.js";
import { type Needle, needlesOf } from "./needles.js";
import { readingOf } from "./reading.js";

const HIDDEN = bytesOf("[secret]");
/** Pieces are read in parts of this size. */
const PART = 64 << 10;
const NOTHING = new Uint8Array();

/** A text without the secrets that somebody wove into it, in whatever form. */
export function redacted(text: string, secrets: Iterable<string>): string {
  const redaction = new Redaction(secrets, true);
  return redaction.idle ? text : textOf(redaction.whole(bytesOf(text)));
}

/** Takes secrets out of bytes that come in pieces, cut anywhere. */
export class Redaction {
  /** By their first byte. */
  readonly #needles: (Needle[] | undefined)[] = [];
  /** The end of what came, which may be the beginning of a secret. */
  #held: Uint8Array = NOTHING;
  /** More is not held back: who escapes a secret so often does not quote it. */
  readonly #most: number;
  /** There is nothing to take out. */
  readonly idle: boolean;

  /** `failed`: they tell of a failure, and not what a model or a server has to say. */
  constructor(secrets: Iterable<string>, failed = false) {
    const needles = needlesOf(secrets, failed);
    for (const needle of needles) (this.#needles[needle.bytes[0]!] ??= []).push(needle);
    this.#most = 8 * Math.max(0, ...needles.map(({ bytes }) => bytes.length)) + 64;
    this.idle = needles.length === 0;
  }

  /** What may be handed on of what has come; a piece may be a view of it. */
  take(pieces: readonly Uint8Array[]): Uint8Array[] {
    if (this.idle) return [...pieces];
    const clean: Uint8Array[] = [];
    for (const piece of pieces)
      for (let at = 0; at < piece.length; at += PART)
        this.#clean(piece.subarray(at, at + PART), false, clean);
    return clean.filter(({ length }) => length > 0);
  }

  /** What was held back at the end. */
  rest(): Uint8Array[] {
    const clean: Uint8Array[] = [];
    if (this.#held.length > 0) this.#clean(NOTHING, true, clean);
    return clean.filter(({ length }) => length > 0);
  }

  /** All of what is no piece of something larger. */
  whole(bytes: Uint8Array): Uint8Array {
    return this.idle ? bytes : joined([...this.take([bytes]), ...this.rest()]);
  }

  #clean(piece: Uint8Array, last: boolean, clean: Uint8Array[]): void {
    const bytes = this.#held.length > 0 ? joined([this.#held, piece]) : piece;
    const { read, at, size } = readingOf(bytes, last);
    let from = 0;
    let end = last || bytes.length - at[size]! > this.#most ? bytes.length : at[size]!;
    for (let i = 0; i < size; i++) {
      const needles = this.#needles[read[i]!];
      const quoted = needles ? quotedAt(i, read, size, needles, last) : 0;
      if (quoted > 0) {
        clean.push(bytes.subarray(from, at[i]), HIDDEN);
        from = at[i + quoted]!;
        i += quoted - 1;
      } else if (quoted < 0 && bytes.length - at[i]! <= this.#most) {
        end = at[i]!;
        break;
      }
    }
    clean.push(bytes.subarray(from, end));
    this.#held = bytes.slice(end);
  }
}

/** How many bytes from `i` on are a secret or most of one: 0 for none, -1 where what comes next decides. */
function quotedAt(
  i: number,
  read: Uint8Array,
  size: number,
  needles: readonly Needle[],
  last: boolean,
): number {
  let most = 0;
  for (const { bytes, least } of needles) {
    const longest = Math.min(bytes.length, size - i);
    let length = 1;
    while (length < longest && read[i + length] === bytes[length]) length++;
    if (length >= least && length > most) most = length;
    if (!last && i + length === size && length < bytes.length) return -1;
  }
  return most;
}
