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

/** `words`: hash to concepts; `features`: key to [output, weight] pairs; biases and scales in their order. */
export function tablesFile({ words, features, biases, scales, thresholds }) {
  const out = [...Buffer.from("TRP2")];
  // What is alike stands together: it packs better.
  const table = (map, writeItem) => {
    const rows = sorted(map);
    u32(out, rows.length);
    let before = 0;
    for (const [key] of rows) {
      varint(out, key - before);
      before = key;
    }
    for (const [, items] of rows) out.push(items.length);
    writeItem(rows.flatMap(([, items]) => items));
  };
  table(words, (concepts) => out.push(...concepts));
  table(features, (weights) => {
    for (const [output] of weights) out.push(output);
    for (const [, weight] of weights) out.push(weight & 255);
  });
  for (const bias of biases) u16(out, bias);
  for (const scale of scales) u16(out, scale);
  for (const threshold of thresholds) u16(out, threshold);
  return Buffer.from(out);
}
