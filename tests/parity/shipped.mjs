// The .wasm that the package ships, without the package around it: bytes in, bytes out.
import { readFileSync } from "node:fs";
import createEngineModule from "../../wasm/dist/core/troupe.mjs";

const wasm = readFileSync(new URL("../../wasm/dist/core/troupe.wasm", import.meta.url));
const module = await createEngineModule({ wasmBinary: wasm });

export class ShippedEngine {
  #native = new module.Engine();

  step(events) {
    this.#give(events);
    this.#native.step(events.length);
    return this.#taken();
  }

  verify(journal) {
    this.#give(journal);
    this.#native.verify(journal.length);
    return JSON.parse(this.#taken().toString());
  }

  describe() {
    this.#native.describe();
    return JSON.parse(this.#taken().toString());
  }

  delete() {
    this.#native.delete();
  }

  // HEAPU8 is a new view after memory has grown: it is read anew each time.
  #give(bytes) {
    const at = this.#native.input(bytes.length);
    module.HEAPU8.set(bytes, at);
  }

  #taken() {
    const from = this.#native.output();
    return Buffer.from(module.HEAPU8.slice(from, from + this.#native.outputSize()));
  }
}
