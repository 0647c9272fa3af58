// The file of tables: see core/task/tables.hpp.

function varint(out, number) {
  while (number >= 0x80) {
    out.push((number & 0x7f) | 0x80);
    number >>>= 7;
  }
  out.push(number);
}

const u32 = (out, number) =>
  out.push(number & 255, (number >>> 8) & 255, (number >>> 16) & 255, number >>> 24);
const u16 = (out, number) => out.push(number & 255, (number >> 8) & 255);
const sorted = (map) => [...map.entries()].sort(([a], [b]) => a - b);

/** A key is so much of a hash. */
export const keyOf = (hash) => hash >>> 12;

/** `words`: key to concepts; `book`: rows of weights; `codes`: key to the number of its row, from 1 on; `features`: key to
    [output, weight] pairs of other outputs. */
export function tablesFile({ words, book, codes, features, biases, scales, thresholds }) {
  const out = [];
  const bytes = (numbers) => numbers.forEach((number) => out.push(number & 255));
  const keys = (rows) => {
    u32(out, rows.length);
    rows.reduce((before, [key]) => (varint(out, key - before), key), 0);
  };
  // What is alike stands together: it packs better.
  const known = sorted(words);
  keys(known);
  bytes(known.map(([, concepts]) => concepts.length));
  bytes(known.flatMap(([, concepts]) => concepts));
  bytes([book.length, ...book.flat()]);
  const all = [...new Set([...codes.keys(), ...features.keys()])].sort((a, b) => a - b);
  keys(all.map((key) => [key]));
  bytes(all.map((key) => codes.get(key) ?? 0));
  const other = all.map((key) => features.get(key) ?? []);
  bytes(other.map((weights) => weights.length));
  bytes(other.flatMap((weights) => weights.map(([output]) => output)));
  bytes(other.flatMap((weights) => weights.map(([, weight]) => weight)));
  for (const bias of biases) u16(out, bias);
  for (const scale of scales) u16(out, scale);
  for (const threshold of thresholds) u16(out, threshold);
  const stamp = [];
  u32(
    stamp,
    out.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5),
  );
  return Buffer.from([...Buffer.from("TRP5"), ...stamp, ...out]);
}

/** Tables that know words and no task: for what features a text has. */
export const untrainedFile = (words, names) =>
  tablesFile({
    words,
    book: [],
    codes: new Map(),
    features: new Map(),
    biases: new Array(names.outputs).fill(0),
    scales: names.heads.map(() => 0),
    thresholds: new Array(names.outputs).fill(0),
  });
