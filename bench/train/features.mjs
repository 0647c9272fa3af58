// Features of texts and hashes of words, by the engine's own code.
import { spawnSync } from "node:child_process";
import { writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keyOf } from "./file.mjs";

const program = fileURLToPath(new URL("../../build/native-release/bench/troupe_features", import.meta.url));

function run(args, input) {
  const { status, stdout, stderr } = spawnSync(program, args, { input, maxBuffer: 2 ** 31 - 1 });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

export const names = () => JSON.parse(run(["--names"], ""));

export function hashesOfWords(words) {
  const bytes = run(["--words"], `${words.join("\n")}\n`);
  return words.map((_, i) => bytes.readUInt32LE(4 * i));
}

/** Of each text its features, `{ hash, group, count }`: each once, and how many there are with all repeats. */
export function featuresOf(texts, tables) {
  const file = join(mkdtempSync(join(tmpdir(), "troupe-train-")), "tables.bin");
  writeFileSync(file, tables);
  const bytes = run([file], texts.map((text) => JSON.stringify({ text })).join("\n") + "\n");
  let at = 0;
  return texts.map(() => {
    const count = bytes.readUInt32LE(at);
    at += 4;
    const groups = new Map();
    for (let i = 0; i < count; i++, at += 5) {
      const hash = keyOf(bytes.readUInt32LE(at));
      if (!groups.has(hash)) groups.set(hash, bytes[at + 4]);
    }
    return { hash: Uint32Array.from(groups.keys()), group: Uint8Array.from(groups.values()), count };
  });
}

/** Of each text the terms by which an index knows it. */
export function termsOf(texts, tables) {
  const file = join(mkdtempSync(join(tmpdir(), "troupe-train-")), "tables.bin");
  writeFileSync(file, tables);
  const bytes = run(["--terms", file], texts.map((text) => text.replace(/\s+/g, " ")).join("\n") + "\n");
  let at = 0;
  return texts.map(() => {
    const count = bytes.readUInt32LE(at);
    at += 4;
    return Array.from({ length: count }, () => bytes.readUInt32LE((at += 4) - 4));
  });
}
