// Bundles the service for workerd into edge/dist: one script, and the .wasm beside it as a module that it imports.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { wasmBeside } from "./wasm_beside.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const wasm = fileURLToPath(new URL("./core/troupe.wasm", import.meta.resolve("troupe")));

await rm(here("dist"), { recursive: true, force: true });
await mkdir(here("dist"), { recursive: true });
await build({
  entryPoints: { worker: here("src/workerd.ts") },
  outdir: here("dist"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  platform: "neutral",
  conditions: ["workerd"],
  mainFields: ["module", "main"],
  legalComments: "none",
  logLevel: "warning",
  plugins: [wasmBeside],
});
await copyFile(wasm, here("dist/troupe.wasm"));
