// The client inside workerd: one isolate for all scenarios, which it is sent one by one.
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { wasmBeside } from "../../../edge/wasm_beside.mjs";
import { workerd } from "../../standin/workerd.mjs";

const here = import.meta.dirname;

export async function start() {
  const folder = await mkdtemp(join(tmpdir(), "troupe-conformance-workerd-"));
  await build({
    entryPoints: { worker: join(here, "worker.mjs") },
    outdir: folder,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    conditions: ["workerd"],
    mainFields: ["module", "main"],
    logLevel: "warning",
    plugins: [wasmBeside],
  });
  const wasm = fileURLToPath(new URL("./core/troupe.wasm", import.meta.resolve("troupe")));
  await copyFile(wasm, join(folder, "troupe.wasm"));
  const { url, close } = await workerd(folder);
  return {
    url,
    close: async () => {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
