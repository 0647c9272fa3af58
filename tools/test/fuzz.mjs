// libFuzzer on every tests/fuzz/NAME.cpp, from a fixed seed and for a fixed number of inputs, so that a failure comes
// back. tests/fuzz/seeds/NAME holds inputs to start from. For long, by hand:
//   build/native-debug/tests/fuzz/fuzz_NAME build/corpus/NAME tests/fuzz/seeds/NAME

import { existsSync, mkdirSync, rmSync } from "node:fs";
import { basename } from "node:path";

import { at, shown } from "../setup/command.mjs";
import { Trouble } from "../setup/say.mjs";
import { filesIn } from "../setup/step.mjs";

/** An input of `frames` is a whole engine with its runs: it takes as long as hundreds of the others. */
const inputsOf = (name) => process.env.TROUPE_FUZZ_INPUTS ?? (name === "frames" ? "4000" : "20000");

export async function fuzz() {
  const names = filesIn(["tests/fuzz"], /\.cpp$/).map((file) => basename(file, ".cpp"));
  if (names.length === 0) throw new Trouble("There is no tests/fuzz/*.cpp, so nothing was tested.");
  let failed = 0;
  for (const name of names) {
    const inputs = inputsOf(name);
    const found = `build/corpus/${name}`;
    const seeds = `tests/fuzz/seeds/${name}`;
    rmSync(at(found), { recursive: true, force: true });
    mkdirSync(at(found), { recursive: true });
    const options = [
      `-runs=${inputs}`,
      "-seed=1",
      "-max_len=4096",
      "-timeout=60",
      "-verbosity=0",
      "-print_final_stats=0",
    ];
    options.push(`-artifact_prefix=build/corpus/${name}-`);
    const folders = existsSync(at(seeds)) ? [found, seeds] : [found];
    const code = await shown([`build/native-debug/tests/fuzz/fuzz_${name}`, ...options, ...folders]);
    console.log(code === 0 ? `fuzz ${name}: ${inputs} inputs, no failure` : `fuzz ${name}: FAILED`);
    if (code !== 0) failed += 1;
  }
  return failed === 0 ? 0 : 1;
}
