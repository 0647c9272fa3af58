// All lints, one after the other. Each returns its problems as sentences.

import { green, red, seconds } from "../setup/say.mjs";
import { floorsLint } from "./floors.mjs";
import { clangFormatLint, prettierLint } from "./form.mjs";
import { hostsLint } from "./hosts.mjs";
import { sizesLint } from "./sizes.mjs";
import { tidyLint } from "./tidy.mjs";
import { typesLint } from "./types.mjs";

const lints = {
  floors: floorsLint,
  sizes: sizesLint,
  hosts: hostsLint,
  "clang-format": clangFormatLint,
  prettier: prettierLint,
  types: typesLint,
  "clang-tidy": tidyLint,
};

export async function lint() {
  let count = 0;
  for (const [name, find] of Object.entries(lints)) {
    const start = performance.now();
    const problems = await find();
    console.log(`${problems.length === 0 ? green("ok    ") : red("FAILED")}  ${name}  ${seconds(start)}`);
    for (const problem of problems) console.log(`  ${problem.replaceAll("\n", "\n  ")}`);
    count += problems.length;
  }
  return count === 0 ? 0 : 1;
}
