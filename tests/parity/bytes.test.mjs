import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { batchesOf, casesOf, recordAsWasm, recordNatively } from "./recordings.mjs";
import { ShippedEngine } from "./shipped.mjs";

let native;
before(() => {
  native = recordNatively();
});

test("the shipped .wasm answers every recorded batch with the native engine's bytes, journals included", () => {
  let batches = 0;
  for (const name of casesOf(native)) {
    const engine = new ShippedEngine();
    for (const [number, { events, commands }] of batchesOf(native, name).entries()) {
      const answered = engine.step(events);
      assert.ok(answered.equals(commands), `${name}, batch ${number}:\n${answered}\ninstead of\n${commands}`);
      batches++;
    }
  }
  assert.ok(batches > 500, `only ${batches} batches were compared`);
});

test("the C++ tests record the same bytes natively and as .wasm", () => {
  const wasm = recordAsWasm();
  const names = casesOf(native);
  assert.deepEqual(casesOf(wasm), names);
  assert.ok(names.length > 50, `only ${names.length} engines were recorded`);
  for (const name of names) {
    const [here, there] = [native, wasm].map((folder) => readFileSync(`${folder}/${name}`));
    if (here.equals(there)) continue;
    // The first batch that differs says more than the file.
    const [ours, theirs] = [native, wasm].map((folder) => batchesOf(folder, name));
    for (const [number, { events, commands }] of ours.entries()) {
      assert.equal(String(theirs[number]?.events), String(events), `${name}, events of batch ${number}`);
      assert.equal(String(theirs[number]?.commands), String(commands), `${name}, batch ${number}`);
    }
    assert.fail(`${name} differs`);
  }
});
