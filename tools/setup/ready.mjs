// What can be made ready, by name. Each brings what it rests on, and all is skipped that did not change.

import { nativeDebug, nativeRelease, nativeTools, wasmModule, wasmTests } from "./cpp.mjs";
import { need } from "./debian.mjs";
import { alone } from "./lock.mjs";
import { npmPackages, npmPackagesOf } from "./npm.mjs";
import { Trouble } from "./say.mjs";
import { bundle, typescript } from "./typescript.mjs";

const things = {
  npm: npmPackages,
  lint: () => need("lint"),
  chromium: () => need("browser"),
  // Its Node comes by an install script: the suite wants a newer one than we do.
  conformance: () => npmPackagesOf("tests/conformance", { scripts: true }),
  // What it has as optional are clients of databases that are not asked.
  dbhub: () => npmPackagesOf("tests/dbhub", { optional: false }),
  // What it has as optional are gigabytes for graphics cards.
  models: () => npmPackagesOf("tests/models", { optional: false }),
  providers: () => npmPackagesOf("tests/providers"),
  runtimes: () => npmPackagesOf("tests/runtimes"),
  nativeDebug,
  nativeRelease,
  nativeTools,
  wasmTests,
  wasm: wasmModule,
  async package() {
    await npmPackages();
    await wasmModule();
    await typescript();
  },
  async edge() {
    await things.package();
    await bundle("edge");
  },
  async web() {
    await things.package();
    await bundle("web");
  },
};

export function ready(...names) {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 20) throw new Trouble(`Node 20 or newer is needed; this is ${process.version}.`, 3);
  return alone(async () => {
    for (const name of names) await things[name]();
  });
}
