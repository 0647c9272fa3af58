// A real workerd with a bundled worker in it, through miniflare.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Miniflare } from "miniflare";

/** The compatibility that the service is deployed with. */
const deployed = JSON.parse(
  await readFile(new URL("../../edge/deploy/wrangler.json", import.meta.url), "utf8"),
);

/** Serves `worker.js` and `troupe.wasm` of a folder; resolves to its address, and what ends it. */
export async function workerd(folder, bindings = {}) {
  const path = (name) => join(folder, name);
  const miniflare = new Miniflare({
    compatibilityDate: deployed.compatibility_date,
    compatibilityFlags: deployed.compatibility_flags,
    modules: [
      { type: "ESModule", path: path("worker.js"), contents: await readFile(path("worker.js"), "utf8") },
      { type: "CompiledWasm", path: path("troupe.wasm"), contents: await readFile(path("troupe.wasm")) },
    ],
    modulesRoot: folder,
    bindings,
    host: "127.0.0.1",
    // What miniflare would ask the network for.
    cf: false,
  });
  const url = await miniflare.ready;
  return { url: url.href, close: () => miniflare.dispose() };
}
