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

/** The outputs that a row has a bit for. */
export const rowOutputs = ({ heads }) =>
  ["type", "server"].flatMap((name) => {
    const { first, count } = heads.find((head) => head.name === name);
    return Array.from({ length: count }, (_, i) => first + i);
  });

/** `words`: key to concepts; `features`: key to [output, weight] pairs; `rows`: the outputs that have a bit in a row. */
export function tablesFile({ words, features, rows, biases, scales, thresholds }) {
  const out = [...Buffer.from("TRP3")];
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
  const all = sorted(features);
  keys(all);
  const inRow = all.map(([, weights]) =>
    weights.filter(([output]) => rows.includes(output)).sort(([a], [b]) => a - b),
  );
  const other = all.map(([, weights]) => weights.filter(([output]) => !rows.includes(output)));
  for (const weights of inRow)
    u16(
      out,
      weights.reduce((mask, [output]) => mask | (1 << rows.indexOf(output)), 0),
    );
  bytes(inRow.flatMap((weights) => weights.map(([, weight]) => weight)));
  bytes(other.map((weights) => weights.length));
  bytes(other.flatMap((weights) => weights.map(([output]) => output)));
  bytes(other.flatMap((weights) => weights.map(([, weight]) => weight)));
  for (const bias of biases) u16(out, bias);
  for (const scale of scales) u16(out, scale);
  for (const threshold of thresholds) u16(out, threshold);
  return Buffer.from(out);
}

/** Tables that know words and no task: for what features a text has. */
export const untrainedFile = (words, names) =>
  tablesFile({
    words,
    features: new Map(),
    rows: rowOutputs(names),
    biases: new Array(names.outputs).fill(0),
    scales: names.heads.map(() => 0),
    thresholds: new Array(names.outputs).fill(0),
  });
