// Bundles the page and its worker into web/dist: static files that any server can serve, with one .wasm among them.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const wasm = fileURLToPath(new URL("./core/troupe.wasm", import.meta.resolve("troupe")));
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await rm(here("dist"), { recursive: true, force: true });
await mkdir(here("dist/core"), { recursive: true });
await build({
  entryPoints: [here("src/page.ts"), here("src/worker.ts"), here("styles/page.css")],
  entryNames: "[name]",
  // What only some need, as signing in to a server, is a file of its own that is fetched when it is needed.
  splitting: true,
  outdir: here("dist"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  platform: "browser",
  conditions: ["browser"],
  legalComments: "none",
  logLevel: "warning",
});
for (const file of ["index.html", "icon.svg"]) await copyFile(here(file), here(`dist/${file}`));
// Where the package looks for it: beside the script that it became part of.
await copyFile(wasm, here("dist/core/troupe.wasm"));
