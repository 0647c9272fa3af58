// The .wasm that the package ships, without the package around it: bytes in, bytes out.
import { readFileSync } from "node:fs";

const wasm = new WebAssembly.Module(
  readFileSync(new URL("../../wasm/dist/core/troupe.wasm", import.meta.url)),
);

export class ShippedEngine {
  #native;

  constructor() {
    const imports = { env: { emscripten_notify_memory_growth: () => undefined } };
    this.#native = new WebAssembly.Instance(wasm, imports).exports;
    this.#native._initialize();
  }

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

  // A new view each time: the old one is detached after memory has grown.
  #give(bytes) {
    const at = this.#native.input(bytes.length);
    new Uint8Array(this.#native.memory.buffer).set(bytes, at);
  }

  #taken() {
    const from = this.#native.output();
    return Buffer.from(this.#native.memory.buffer.slice(from, from + this.#native.output_size()));
  }
}
