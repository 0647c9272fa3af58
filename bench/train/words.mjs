// The words section of the tables: from bench/train/words/*.tsv, a concept and its words a line.
import { readFileSync, readdirSync } from "node:fs";
import { hashesOfWords } from "./features.mjs";
import { keyOf } from "./file.mjs";

const folder = new URL("words/", import.meta.url);

/** Concepts of each word's key, at most four, the first named first. */
export function readWords(concepts) {
  const ids = new Map();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".tsv")) continue;
    for (const line of readFileSync(new URL(file, folder), "utf8").split("\n")) {
      if (!line || line.startsWith("#")) continue;
      const [concept, words] = line.split("\t");
      const id = concepts.indexOf(concept);
      if (id < 1) throw new Error(`${file}: there is no concept "${concept}".`);
      for (const word of words.split(" ")) {
        const parts = word.split("-");
        if (parts.length > 1 && /^[a-z-]+$/.test(word)) continue; // of two words: not one token
        const known = ids.get(word) ?? [];
        if (!known.includes(id) && known.length < 4) known.push(id);
        ids.set(word, known);
      }
    }
  }
  const words = [...ids.keys()];
  const table = new Map();
  hashesOfWords(words).forEach((hash, i) => {
    const key = keyOf(hash);
    const known = table.get(key) ?? [];
    for (const id of ids.get(words[i])) if (!known.includes(id) && known.length < 4) known.push(id);
    table.set(key, known);
  });
  return table;
}
