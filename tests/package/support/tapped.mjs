// A troupe of which every byte that crosses into or out of the engine is kept.
import { readFile } from "node:fs/promises";
import { LocalProcesses } from "../../../wasm/dist/host/processes.js";
import { instantiated } from "../../../wasm/dist/load.js";
import { startTroupe } from "../../../wasm/dist/live-troupe.js";

export async function tappedTroupe(options) {
  const file = new URL("../../../wasm/dist/core/troupe.wasm", import.meta.url);
  const engine = await instantiated(await WebAssembly.compile(await readFile(file)));
  const crossed = [];
  const bytes = (at, size) =>
    crossed.push(Buffer.from(new Uint8Array(engine.memory.buffer, at, size).slice()));
  let given = 0;
  const tapped = {
    ...engine,
    input: (size) => (given = engine.input(size)),
    step(size) {
      bytes(given, size);
      engine.step(size);
      bytes(engine.output(), engine.output_size());
    },
  };
  const platform = {
    load: async () => tapped,
    processes: async () => (engine, servers) => new LocalProcesses(engine, servers),
  };
  const troupe = await startTroupe(options, platform);
  // Batches alternate: events in, commands out.
  return { troupe, batches: crossed, crossed: () => Buffer.concat(crossed).toString("utf8") };
}
