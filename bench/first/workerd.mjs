// The first answer in workerd.
import { copyFile, writeFile } from "node:fs/promises";
import { workerd } from "../../tests/standin/workerd.mjs";
import { built, bundled, wasmPath } from "../bundle.mjs";

/** The smallest module: so that a worker without an engine has one beside it as well. */
const nothing = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

const workerOf = (name) => `
  import { first } from "./first/${name}.mjs";
  export default { fetch: async () => new Response(await first()) };`;

export async function inWorkerd(names) {
  for (const name of names) {
    await bundled("workerd", workerOf(name), `workerd/${name}/worker.js`);
    const wasm = built(`workerd/${name}/troupe.wasm`);
    await (name === "troupe" ? copyFile(wasmPath, wasm) : writeFile(wasm, nothing));
  }

  /** Milliseconds from a server's start to the end of its first reply. */
  async function sample(name) {
    const begun = performance.now();
    const worker = await workerd(built(`workerd/${name}`));
    const response = await fetch(worker.url);
    const answer = await response.text();
    const ms = performance.now() - begun;
    await worker.close();
    if (response.status !== 200 || !answer) throw new Error(`${name} gave no answer in workerd: ${answer}`);
    return ms;
  }

  return { sample, close: async () => {} };
}
