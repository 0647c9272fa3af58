// Bundles as an application's build would, into build/bench.
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { wasmBeside } from "../edge/wasm_beside.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = new URL("../build/bench/", import.meta.url);

export const built = (path) => fileURLToPath(new URL(path, root));

/** The engine, of the package that is measured. */
export const wasmPath = fileURLToPath(new URL("./core/troupe.wasm", import.meta.resolve("troupe")));

const hosts = {
  browser: { conditions: ["browser"], splitting: true },
  // As wrangler does.
  workerd: { conditions: ["workerd", "worker", "browser"], external: ["node:*"], plugins: [wasmBeside] },
};

/**
 * Bundles this source text, whose imports are seen from bench/, writes it and returns the bytes that are loaded at first:
 * not what a dynamic import fetches later.
 */
export async function bundled(host, source, path) {
  const entry = built(path);
  const name = basename(path, ".js");
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: here },
    outdir: dirname(entry),
    entryNames: name,
    chunkNames: `${name}-[hash]`,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    logLevel: "error",
    ...hosts[host],
  });
  await mkdir(dirname(entry), { recursive: true });
  for (const { path, contents } of outputFiles) await writeFile(path, contents);
  const first = loadedWith(entry, metafile.outputs);
  return Buffer.concat(outputFiles.filter((file) => first.has(file.path)).map(({ contents }) => contents));
}

/** A file and what it imports statically. */
function loadedWith(entry, outputs) {
  const importsOf = new Map(Object.entries(outputs).map(([path, { imports }]) => [resolve(path), imports]));
  const loaded = new Set([entry]);
  for (const file of loaded) {
    for (const { path, kind } of importsOf.get(file) ?? []) {
      if (kind === "import-statement") loaded.add(resolve(path));
    }
  }
  return loaded;
}
