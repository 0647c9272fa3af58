// Bundles as an application's build would, into build/bench.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = new URL("../build/bench/", import.meta.url);

export const built = (path) => fileURLToPath(new URL(path, root));

/** The engine, of the package that is measured. */
export const wasmPath = fileURLToPath(new URL("./core/troupe.wasm", import.meta.resolve("troupe")));

/** workerd takes the .wasm as a module beside the script. */
const wasmBeside = {
  name: "wasm beside",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\.wasm$/ }, () => ({ path: "./troupe.wasm", external: true })),
};

const hosts = {
  browser: { conditions: ["browser"] },
  // As wrangler does.
  workerd: { conditions: ["workerd", "worker", "browser"], external: ["node:*"], plugins: [wasmBeside] },
};

/** Bundles this source text, whose imports are seen from bench/, and returns the bytes that it wrote. */
export async function bundled(host, source, path) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: here },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    logLevel: "error",
    ...hosts[host],
  });
  const [{ contents }] = outputFiles;
  await mkdir(dirname(built(path)), { recursive: true });
  await writeFile(built(path), contents);
  return contents;
}
