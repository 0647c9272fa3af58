import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./recordings.mjs";
import { ShippedEngine } from "./shipped.mjs";

test("golden journals verify in the shipped .wasm, and edited ones do not", () => {
  const folder = join(root, "tests/goldens");
  const files = readdirSync(folder).filter((file) => file.endsWith(".jsonl"));
  assert.ok(files.length >= 18, `only ${files.length} golden journals`);
  const engine = new ShippedEngine();
  for (const file of files) {
    const journal = readFileSync(join(folder, file));
    const verdict = engine.verify(journal);
    assert.equal(verdict.ok, true, `${file}: ${verdict.sentence}`);
    assert.equal(verdict.ended, true, file);
    const edited = Buffer.from(journal);
    edited[edited.lastIndexOf('"prev":"') + 8] ^= 1;
    assert.equal(engine.verify(edited).ok, false, file);
  }
});

test("the shipped .wasm says which release, protocol and journal format it is", () => {
  const engine = new ShippedEngine();
  const { version } = JSON.parse(readFileSync(join(root, "wasm/package.json"), "utf8"));
  const described = engine.describe();
  assert.equal(described.release, version);
  assert.equal(described.protocol, 1);
  assert.equal(described.journal_format, 1);
  assert.ok(Array.isArray(described.flags));
});
