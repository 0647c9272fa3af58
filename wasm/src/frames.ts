// Frames in the engine's memory: `u32 head length, head, u32 body length, body`, little-endian, one after the other.

/** What travels beside a head, in one piece or several. Bytes are copied when they are written; text is written as UTF-8. */
export type Body = string | Uint8Array | readonly Uint8Array[];

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Text this short is mostly ASCII, and then a loop writes it faster than a call into the encoder. */
const SHORT = 256;

/** How many bytes a frame takes at most: a UTF-16 unit becomes three bytes of UTF-8 or fewer. */
export function frameRoom(head: string, body: Body): number {
  return 8 + 3 * head.length + (typeof body === "string" ? 3 * body.length : sizeOf(body));
}

/** How many bytes they are. */
export function sizeOf(bytes: Exclude<Body, string>): number {
  if (bytes instanceof Uint8Array) return bytes.length;
  let size = 0;
  for (const { length } of bytes) size += length;
  return size;
}

/** Writes one frame at `at` and returns where it ends. The caller has made room for it. */
export function writeFrame(memory: Uint8Array, at: number, head: string, body: Body): number {
  return writeSized(memory, writeSized(memory, at, head), body);
}

function writeSized(memory: Uint8Array, at: number, data: Body): number {
  const start = at + 4;
  const size = typeof data === "string" ? writeText(memory, start, data) : writeBytes(memory, start, data);
  memory[at] = size;
  memory[at + 1] = size >>> 8;
  memory[at + 2] = size >>> 16;
  memory[at + 3] = size >>> 24;
  return start + size;
}

/** Copies bytes to `at` and returns how many they are. */
export function writeBytes(memory: Uint8Array, at: number, bytes: Exclude<Body, string>): number {
  if (bytes instanceof Uint8Array) {
    memory.set(bytes, at);
    return bytes.length;
  }
  let end = at;
  for (const piece of bytes) {
    memory.set(piece, end);
    end += piece.length;
  }
  return end - at;
}

/** Writes text at `at` and returns how many bytes it took. */
export function writeText(memory: Uint8Array, at: number, text: string): number {
  if (text.length <= SHORT) {
    let i = 0;
    for (; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) break;
      memory[at + i] = unit;
    }
    if (i === text.length) return i;
  }
  return encoder.encodeInto(text, memory.subarray(at)).written;
}

/** The length that stands at `at`. */
export function readSize(memory: Uint8Array, at: number): number {
  return (memory[at]! | (memory[at + 1]! << 8) | (memory[at + 2]! << 16) | (memory[at + 3]! << 24)) >>> 0;
}

/** The text of some bytes; what is no UTF-8 becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return bytes.length === 0 ? "" : decoder.decode(bytes);
}

/** The bytes of some text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}
