// A text as those read it who take its escapes back: "\u002B", "\/" and "%2B" are the characters that they stand for.

const [BACKSLASH, PERCENT, U] = [92, 37, 117];
const [MINUS, PLUS, SLASH, UNDERSCORE] = [45, 43, 47, 95];

export interface Reading {
  /** What is read: the first `size` bytes. */
  read: Uint8Array;
  /** Where each of them begins in what was given; it ends where the next begins. */
  at: Uint32Array;
  size: number;
}

/**
 * Escapes may be nested: a backslash that begins no `\uXXXX` only says that what follows is meant as it is. Base64 for
 * addresses is read as the other. An escape that is cut off at the end waits for the rest, unless this is the `last`.
 */
export function readingOf(bytes: Uint8Array, last: boolean): Reading {
  const read = new Uint8Array(bytes.length);
  const at = new Uint32Array(bytes.length + 1);
  let size = 0;
  let i = 0;
  const put = (byte: number, begins: number) => {
    at[size] = begins;
    read[size++] = byte === MINUS ? PLUS : byte === UNDERSCORE ? SLASH : byte;
  };
  while (i < bytes.length) {
    let next = i;
    let length = escapeAt(bytes, next, last);
    while (length === 0 && bytes[next] === BACKSLASH) length = escapeAt(bytes, ++next, last);
    if (length < 0 || next === bytes.length) break;
    if (length === 0) put(bytes[next]!, i);
    else if (length === 3) put(hexIn(bytes, next + 1, 2), i);
    else for (const byte of utf8Of(hexIn(bytes, next + 2, 4))) put(byte, i);
    i = next + (length || 1);
  }
  at[size] = i;
  return { read, at, size };
}

/** How long the escape is that begins here; 0: none does; -1: what comes next decides. */
function escapeAt(bytes: Uint8Array, at: number, last: boolean): 0 | 3 | 6 | -1 {
  const byte = bytes[at];
  if (byte !== BACKSLASH && byte !== PERCENT) return 0;
  const cut = last ? 0 : -1;
  if (at + 1 === bytes.length) return cut;
  if (byte === BACKSLASH && bytes[at + 1] !== U) return 0;
  const [digits, end] = byte === PERCENT ? [at + 1, at + 3] : [at + 2, at + 6];
  for (let i = digits; i < end; i++) {
    if (i === bytes.length) return cut;
    if (digitOf(bytes[i]!) < 0) return 0;
  }
  return byte === PERCENT ? 3 : 6;
}

function hexIn(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0;
  for (let i = at; i < at + digits; i++) value = value * 16 + digitOf(bytes[i]!);
  return value;
}

/** The value of a hexadecimal digit, or -1. */
function digitOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function utf8Of(unit: number): readonly number[] {
  if (unit < 0x80) return [unit];
  if (unit < 0x800) return [0xc0 | (unit >> 6), 0x80 | (unit & 63)];
  return [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63)];
}
