// A troupe of which every byte that crosses into or out of the engine is kept.
import { readFile } from "node:fs/promises";
import { LocalProcesses } from "../../../wasm/dist/host/processes.js";
import { instantiated } from "../../../wasm/dist/load.js";
import { startTroupe } from "../../../wasm/dist/troupe.js";

export async function tappedTroupe(options) {
  const file = new URL("../../../wasm/dist/core/troupe.wasm", import.meta.url);
  const module = await instantiated(await WebAssembly.compile(await readFile(file)));
  const crossed = [];
  class TappedEngine {
    #native = new module.Engine();
    #at = 0;
    input(size) {
      return (this.#at = this.#native.input(size));
    }
    step(size) {
      crossed.push(Buffer.from(module.HEAPU8.slice(this.#at, this.#at + size)));
      this.#native.step(size);
      const at = this.#native.output();
      crossed.push(Buffer.from(module.HEAPU8.slice(at, at + this.#native.outputSize())));
    }
    verify(size) {
      this.#native.verify(size);
    }
    describe() {
      this.#native.describe();
    }
    output() {
      return this.#native.output();
    }
    outputSize() {
      return this.#native.outputSize();
    }
    delete() {
      this.#native.delete();
    }
  }
  const platform = {
    load: async () => ({
      get HEAPU8() {
        return module.HEAPU8;
      },
      Engine: TappedEngine,
    }),
    processes: async () => (engine, servers) => new LocalProcesses(engine, servers),
  };
  const troupe = await startTroupe(options, platform);
  // Batches alternate: events in, commands out.
  return { troupe, batches: crossed, crossed: () => Buffer.concat(crossed).toString("utf8") };
}
