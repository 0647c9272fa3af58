// Secrets on their way back: who is asked with one may quote it, in an error or in a stream, and what comes goes to the
// engine, which keeps it.
import { bytesOf } from "../frames.js";

const HIDDEN = bytesOf("[secret]");
/** What is shorter stands in texts by chance: in a sentence on a failure, and in what a model says. */
const SHORTEST = 4;
const SHORTEST_IN_BODIES = 16;

/** The forms in which a text may stand in an answer: as it is, and as JSON writes it, its slashes escaped or not. */
function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, json, json.replaceAll("/", "\\/")])];
}

/** A text without the secrets that somebody wove into it. */
export function redacted(text: string, secrets: readonly string[]): string {
  let hidden = text;
  for (const secret of secrets)
    if (secret.length >= SHORTEST)
      for (const form of formsOf(secret)) hidden = hidden.replaceAll(form, "[secret]");
  return hidden;
}

/** Takes secrets out of bytes that come in pieces, cut anywhere. */
export class Redaction {
  readonly #needles: readonly Uint8Array[];
  /** The end of what came, which may be the beginning of a secret. */
  #held = new Uint8Array();

  /** `failed`: they tell of a failure, and not what a model or a server has to say. */
  constructor(secrets: readonly string[], failed = false) {
    const shortest = failed ? SHORTEST : SHORTEST_IN_BODIES;
    const forms = secrets.filter((secret) => secret.length >= shortest).flatMap(formsOf);
    // The longest first: one may begin as another does.
    this.#needles = [...new Set(forms)].sort((a, b) => b.length - a.length).map(bytesOf);
  }

  /** What may be handed on of what has come; a piece may be a view of it. */
  take(pieces: readonly Uint8Array[]): Uint8Array[] {
    return this.#needles.length === 0 ? [...pieces] : pieces.flatMap((piece) => this.#clean(piece));
  }

  /** What was held back at the end. */
  rest(): Uint8Array[] {
    return this.#held.length > 0 ? [this.#held] : [];
  }

  #clean(piece: Uint8Array): Uint8Array[] {
    const bytes = this.#held.length > 0 ? joined(this.#held, piece) : piece;
    const found: Uint8Array[] = [];
    let from = 0;
    for (;;) {
      const next = this.#next(bytes, from);
      if (!next) break;
      found.push(bytes.subarray(from, next.at), HIDDEN);
      from = next.at + next.length;
    }
    const end = bytes.length - this.#beginning(bytes, from);
    found.push(bytes.subarray(from, end));
    this.#held = bytes.slice(end);
    return found.filter(({ length }) => length > 0);
  }

  /** The first secret from here on. */
  #next(bytes: Uint8Array, from: number): { at: number; length: number } | undefined {
    let first: { at: number; length: number } | undefined;
    for (const needle of this.#needles) {
      const at = indexOf(bytes, needle, from);
      if (at >= 0 && (!first || at < first.at)) first = { at, length: needle.length };
    }
    return first;
  }

  /** How many bytes at the end begin a secret. */
  #beginning(bytes: Uint8Array, from: number): number {
    let longest = 0;
    for (const needle of this.#needles) {
      for (let length = Math.min(needle.length - 1, bytes.length - from); length > longest; length--)
        if (startsWith(bytes, bytes.length - length, needle.subarray(0, length))) longest = length;
    }
    return longest;
  }
}

function indexOf(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(needle[0]!, from); at >= 0; at = bytes.indexOf(needle[0]!, at + 1))
    if (startsWith(bytes, at, needle)) return at;
  return -1;
}

function startsWith(bytes: Uint8Array, at: number, beginning: Uint8Array): boolean {
  if (at + beginning.length > bytes.length) return false;
  for (let i = 0; i < beginning.length; i++) if (bytes[at + i] !== beginning[i]) return false;
  return true;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
