// The TypeScript of the npm package, and the worker and the page that are bundled from it.

import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

import { catalogue } from "./catalogue.mjs";
import { at, logged, repo } from "./command.mjs";
import { progress } from "./say.mjs";
import { filesIn, hashOf, step } from "./step.mjs";

const inputs = () =>
  filesIn([
    "wasm/src",
    "wasm/package.json",
    "wasm/tsconfig.json",
    "package-lock.json",
    "tools/setup/typescript.mjs",
    "tools/setup/catalogue.mjs",
    "core/llm/models.json",
  ]);

export function typescript() {
  const outputs = ["wasm/dist/cli/main.js"];
  catalogue();
  return step({ name: "typescript", inputs: inputs(), outputs }, async () => {
    removeOrphans();
    await progress("compiling the TypeScript", async () => {
      await logged("typescript", ["node", "node_modules/typescript/bin/tsc", "-p", "wasm"]);
      await joinLibrary();
    });
    chmodSync(at("wasm/dist/cli/main.js"), 0o755);
    linkProgram();
  });
}

/** Inner parts that tests look at by themselves. */
const inner = [
  "clock",
  "frames",
  "host/processes",
  "load",
  "models/grammar-schema",
  "models/llama-history",
  "live-troupe",
].map((name) => `dist/${name}.js`);

/** How files of the library are put together. */
const together = {
  bundle: true,
  packages: "external",
  platform: "neutral",
  format: "esm",
  target: "es2022",
  logLevel: "warning",
};

/**
 * The library's many files become few, because a host opens and links each by itself: in Node that took longer than all
 * else until the first answer. What entries share they still share, and what is loaded later stays a file of its own. The
 * command line, whose files are tested by themselves, is left as it is.
 */
async function joinLibrary() {
  const { build } = await import("esbuild");
  const { exports } = JSON.parse(readFileSync(at("wasm/package.json"), "utf8"));
  const exported = JSON.stringify(exports).match(/(?<="\.\/)dist\/[^"]+\.js/g);
  const isProgram = (file) => file.startsWith("wasm/dist/cli/");
  const ofProgram = compiledFiles().filter(isProgram).flatMap(importsOf);
  const entries = new Set([...[...exported, ...inner].map((file) => `wasm/${file}`), ...ofProgram]);
  const { metafile } = await build({
    absWorkingDir: repo,
    entryPoints: [...entries].filter((file) => !isProgram(file)).sort(),
    outbase: "wasm/dist",
    outdir: "wasm/dist",
    allowOverwrite: true,
    chunkNames: "shared-[hash]",
    ...together,
    splitting: true,
    external: ["*.wasm"],
    legalComments: "none",
    metafile: true,
  });
  for (const file of compiledFiles().filter((each) => !isProgram(each))) {
    if (Object.hasOwn(metafile.outputs, file)) withoutBareImports(at(file));
    else rmSync(at(file));
  }
  await joinParts(build, metafile.outputs);
}

/** What a host loads was split into many parts by what other entries share of it: one file is loaded sooner. */
async function joinParts(build, outputs) {
  const loadedBy = (entry, found = new Set()) => {
    for (const { path, kind } of outputs[entry].imports) {
      if (kind === "import-statement" && Object.hasOwn(outputs, path) && !found.has(path))
        loadedBy(path, found.add(path));
    }
    return found;
  };
  const [node, browser, workerd] = ["node", "browser", "workerd"].map((host) =>
    loadedBy(`wasm/dist/${host}.js`),
  );
  const everywhere = (part) => browser.has(part) && workerd.has(part);
  const groups = {
    "library.js": [...node].filter(everywhere),
    "library-node.js": [...node].filter((part) => !everywhere(part)),
  };
  const joinedAs = new Map();
  for (const [name, parts] of Object.entries(groups)) {
    const exported = parts.flatMap((part) => outputs[part].exports);
    if (new Set(exported).size < exported.length)
      throw new Error(`Two parts of ${name} export the same name.`);
    const others = compiledFiles().filter((file) => !parts.includes(file));
    const contents = parts.map((part) => `export * from "./${basename(part)}";\n`).join("");
    await build({
      stdin: { contents, resolveDir: at("wasm/dist") },
      outfile: at("wasm/dist", name),
      ...together,
      external: others.map((file) => `./${relative("wasm/dist", file)}`),
    });
    for (const part of parts) joinedAs.set(basename(part), name);
  }
  for (const part of joinedAs.keys()) rmSync(at("wasm/dist", part));
  for (const file of compiledFiles()) {
    const text = readFileSync(at(file), "utf8");
    const joined = text.replace(
      /(?<=\bfrom "[^"]*\/)shared-[^"/]+\.js(?=")/g,
      (part) => joinedAs.get(part) ?? part,
    );
    if (joined !== text) writeFileSync(at(file), joined);
  }
}

/** esbuild loads files for effects that ours do not have, as package.json says, and then warns whoever bundles them. */
function withoutBareImports(file) {
  writeFileSync(file, readFileSync(file, "utf8").replace(/^import "[^"]+";\n/gm, ""));
}

const compiledFiles = () => filesIn(["wasm/dist"], /\.js$/);

/** The files of the package that a compiled file imports. */
function importsOf(file) {
  const text = readFileSync(at(file), "utf8");
  return Array.from(text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+\.js)"/g), ([, path]) =>
    relative(repo, join(dirname(at(file)), path)),
  );
}

/** npm links a workspace's program only if it is there when npm runs: without this, `npx troupe` asks the registry. */
function linkProgram() {
  const link = at("node_modules/.bin/troupe");
  if (process.platform === "win32") return;
  rmSync(link, { force: true });
  symlinkSync("../troupe/dist/cli/main.js", link);
}

/** What was compiled from a file that is gone would be published with the rest. */
function removeOrphans() {
  for (const compiled of filesIn(["wasm/dist"], /\.(d\.ts|js)(\.map)?$/)) {
    const source = compiled.replace("wasm/dist/", "wasm/src/").replace(/\.(d\.ts|js)(\.map)?$/, ".ts");
    if (!existsSync(at(source))) rmSync(at(compiled));
  }
}

/** The worker or the page, by the build script of its own package. */
export function bundle(workspace) {
  const { scripts } = JSON.parse(readFileSync(at(workspace, "package.json"), "utf8"));
  if (!scripts?.build) return undefined;
  const core = ["wasm/dist/core/troupe.wasm"];
  const bundled = { name: workspace, inputs: filesIn([workspace]), marks: [hashOf([...inputs(), ...core])] };
  return step({ ...bundled, outputs: [`${workspace}/dist`] }, () =>
    progress(`bundling ${workspace}`, () =>
      logged(workspace, ["npm", "run", "build", "--workspace", workspace]),
    ),
  );
}
