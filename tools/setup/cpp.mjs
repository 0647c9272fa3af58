// The C++ builds. CMake and ninja know what to rebuild; the stamps spare us asking them when nothing changed.

import { copyFileSync, mkdirSync } from "node:fs";

import { at, logged } from "./command.mjs";
import { need } from "./debian.mjs";
import { progress } from "./say.mjs";
import { filesIn, step } from "./step.mjs";
import { toolchain, toolchainMark } from "./toolchain.mjs";

const sources = (...folders) =>
  filesIn(["CMakeLists.txt", "CMakePresets.json", "core", ...folders], /\.(cpp|hpp|inc|txt|json|bin)$/);

/** The .wasm, put where the TypeScript of the package looks for it. */
export async function wasmModule() {
  const outputs = ["wasm/dist/core/troupe.wasm"];
  const inputs = sources("wasm/CMakeLists.txt", "wasm/bindings.cpp", "wasm/memory.cpp", "wasm/strings.cpp");
  return step({ name: "wasm", inputs, marks: [await toolchainMark()], outputs }, async () => {
    await build("wasm-release", "troupe", "compiling the core to .wasm");
    mkdirSync(at("wasm/dist/core"), { recursive: true });
    copyFileSync(at("build/wasm-release/wasm/troupe.wasm"), at("wasm/dist/core/troupe.wasm"));
  });
}

/** The doctest program as .wasm for Node. */
export async function wasmTests() {
  const outputs = ["build/wasm-release/tests/native/troupe_tests.cjs"];
  const inputs = sources("tests/native");
  return step({ name: "wasm-tests", inputs, marks: [await toolchainMark()], outputs }, () =>
    build("wasm-release", "troupe_tests", "compiling the tests to .wasm"),
  );
}

/** The doctest program, the fuzz targets and the host that runs hop through, with sanitizers. */
export function nativeDebug() {
  const outputs = ["build/native-debug/tests/native/troupe_tests"];
  const inputs = sources("tests/native", "tests/fuzz", "tests/hop");
  return step({ name: "native-debug", inputs, outputs }, () =>
    build("native-debug", "all", "compiling natively, with sanitizers"),
  );
}

export function nativeRelease() {
  const outputs = ["build/native-release/tests/native/troupe_tests"];
  const inputs = sources("tests/native");
  return step({ name: "native-release", inputs, outputs }, () =>
    build("native-release", "all", "compiling natively, optimised"),
  );
}

/** The programs that training and measuring need of the engine. */
export function nativeTools() {
  const outputs = ["chaos", "features", "speed", "simulate"].map(
    (name) => `build/native-release/bench/troupe_${name}`,
  );
  const inputs = sources(
    "bench/CMakeLists.txt",
    "bench/chaos",
    "bench/native",
    "bench/simulate",
    "bench/train",
  );
  return step({ name: "native-tools", inputs, outputs }, async () => {
    await build("native-release", "troupe_features", "compiling what training needs");
    await build("native-release", "troupe_speed", "compiling what measuring needs");
    await build("native-release", "troupe_simulate", "compiling the simulation");
    await build("native-release", "troupe_chaos", "compiling the chaos");
  });
}

async function build(preset, target, title) {
  const isWasm = preset.startsWith("wasm");
  await need(isWasm ? "wasm" : "native");
  const enter = isWasm ? await toolchain() : (argv) => argv;
  // Another compiler or folder needs a fresh cache; all other changes CMake sees by itself.
  const marks = [at(), isWasm && (await toolchainMark())];
  const configured = { name: `${preset}-configured`, inputs: ["CMakePresets.json"], marks };
  await step({ ...configured, outputs: [`build/${preset}/build.ninja`] }, () =>
    progress(`configuring ${preset}`, () =>
      logged(`${preset}-configured`, enter(["cmake", "--fresh", "--preset", preset])),
    ),
  );
  await progress(title, (place) =>
    logged(preset, enter(["cmake", "--build", "--preset", preset, "--target", target]), { place }),
  );
}
