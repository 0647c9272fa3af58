import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import createEngineModule from "../../wasm/dist/core/troupe.mjs";
import { batchesOf, casesOf, recordAsWasm, recordNatively } from "./recordings.mjs";

let native;
before(() => {
  native = recordNatively();
});

/** The .wasm that the package ships. */
async function shippedModule() {
  const wasm = readFileSync(new URL("../../wasm/dist/core/troupe.wasm", import.meta.url));
  return createEngineModule({ wasmBinary: wasm });
}

function step(module, engine, events) {
  const at = engine.input(events.length);
  module.HEAPU8.set(events, at);
  engine.step(events.length);
  const from = engine.output();
  return Buffer.from(module.HEAPU8.slice(from, from + engine.outputSize()));
}

test("the shipped .wasm answers every recorded batch with the native engine's bytes, journals included", async () => {
  const module = await shippedModule();
  let batches = 0;
  for (const name of casesOf(native)) {
    const engine = new module.Engine();
    for (const [number, { events, commands }] of batchesOf(native, name).entries()) {
      const answered = step(module, engine, events);
      assert.ok(answered.equals(commands), `${name}, batch ${number}:\n${answered}\ninstead of\n${commands}`);
      batches++;
    }
    engine.delete();
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
    assert.ok(here.equals(there), `${name} differs`);
  }
});
