// Makes the thesaurus: what people say who want a server of a name. From what 12,899 servers say of themselves, by the
// words of their names, and from bench/train/names, which is general knowledge of products.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { termsOf } from "./features.mjs";

const target = new URL("../../core/servers/thesaurus.bin", import.meta.url);
const tables = readFileSync(new URL("../../core/task/tables.bin", import.meta.url));
const registry = new URL("../../../shared/data/registry_servers.jsonl", import.meta.url);
if (!existsSync(registry)) throw new Error(`Training needs the public data in ${registry.pathname}.`);

/** Words of one name at most; how often a name has to occur; how strong the likeliest words are, in 1/8: learned ones,
    and those that are written down. */
const most = 7;
const least = 2;
const learned = 24;
const known = 16;
/** Words that are taken of what is written down of a name, the most telling ones. */
const knownMost = 5;
/** What is written down of a name that so few servers mention is left out. */
const rare = 2;
/** Strengths that there are: more would cost room and find no more. */
const levels = [3, 6, 10, 16, 26];
const level = (strength) =>
  levels.reduce((best, each) => (Math.abs(each - strength) < Math.abs(best - strength) ? each : best));

const servers = readFileSync(registry, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const last = (name) => name.split("/").pop();
const names = termsOf(
  servers.map(({ name }) => last(name)),
  tables,
);
const texts = termsOf(
  servers.map(({ name, description, tools }) =>
    [
      last(name),
      description,
      ...tools.flatMap((tool) => [tool.name, (tool.description ?? "").slice(0, 200)]),
    ].join(" ; "),
  ),
  tables,
);

const frequency = new Map();
const byName = new Map();
texts.forEach((text, i) => {
  const words = new Set(text);
  for (const word of words) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  for (const name of new Set(names[i])) {
    if (!byName.has(name)) byName.set(name, { count: 0, words: new Map() });
    const entry = byName.get(name);
    entry.count++;
    for (const word of words) if (word !== name) entry.words.set(word, (entry.words.get(word) ?? 0) + 1);
  }
});

const related = new Map();
for (const [name, { count, words }] of byName) {
  if (count < least) continue;
  const found = [];
  for (const [word, times] of words) {
    if (times < 2 && count > 2) continue;
    const here = times / (count + 1);
    const anywhere = frequency.get(word) / servers.length;
    if (here > anywhere * 2)
      found.push([word, Math.min(255, Math.round(learned * here * Math.log(here / anywhere)))]);
  }
  found.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  related.set(name, new Map(found.slice(0, most).filter(([, strength]) => strength > 1)));
}

const folder = new URL("names/", import.meta.url);
for (const file of readdirSync(folder).sort()) {
  const lines = readFileSync(new URL(file, folder), "utf8")
    .split("\n")
    .filter((line) => line.includes("\t"));
  const terms = termsOf(
    lines.map((line) => line.replace("\t", " \u0001 ").split(" \u0001 ")[0]),
    tables,
  );
  const words = termsOf(
    lines.map((line) => line.split("\t")[1]),
    tables,
  );
  lines.forEach((_, i) => {
    if (terms[i].length !== 1 || (frequency.get(terms[i][0]) ?? 0) < rare) return;
    const own = related.get(terms[i][0]) ?? new Map();
    words[i].slice(0, knownMost).forEach((word, k) => {
      const strength = Math.max(2, Math.round(known * (1 - 0.04 * k)));
      if (word !== terms[i][0]) own.set(word, Math.max(own.get(word) ?? 0, strength));
    });
    related.set(terms[i][0], own);
  });
}

const words = [...new Set([...related.values()].flatMap((own) => [...own.keys()]))].sort((a, b) => a - b);
const index = new Map(words.map((word, i) => [word, i]));
const out = [...Buffer.from("TRT2")];
const u32 = (number) => out.push(number & 255, (number >>> 8) & 255, (number >>> 16) & 255, number >>> 24);
const varint = (number) => {
  for (; number >= 0x80; number = Math.floor(number / 128)) out.push((number % 128) | 0x80);
  out.push(number);
};
const differences = (numbers, write) =>
  numbers.reduce((before, number) => (write(number, number - before), number), 0);
u32(words.length);
differences(words, (_, difference) => varint(difference));
const entries = [...related].filter(([, own]) => own.size > 0).sort(([a], [b]) => a - b);
u32(entries.length);
differences(
  entries.map(([name]) => name),
  (_, difference) => varint(difference),
);
// What is alike stands together: it packs better.
const lists = entries.map(([name]) => [...related.get(name)].sort(([a], [b]) => a - b));
for (const own of lists) out.push(own.length);
for (const own of lists)
  differences(
    own.map(([word]) => index.get(word)),
    (_, difference) => varint(difference),
  );
for (const own of lists) for (const [, strength] of own) out.push(level(strength));
writeFileSync(target, Buffer.from(out));
console.log(
  `${entries.length} names, ${words.length} words: ${out.length} bytes, ${brotliCompressSync(Buffer.from(out)).length} in brotli`,
);
