// clang-tidy over the core, two files at a time. A file that was clean is not looked at again until it, a header of the
// core or .clang-tidy changes.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";

import { at, repo } from "../setup/command.mjs";
import { filesIn, hashOf } from "../setup/step.mjs";

const commands = "build/native-debug";

export async function tidyLint() {
  mkdirSync(at("build/stamps/tidy"), { recursive: true });
  const shared = hashOf([
    ...filesIn(["core"], /\.hpp$/),
    ".clang-tidy",
    "CMakeLists.txt",
    "CMakePresets.json",
  ]);
  const waiting = filesIn(["core"], /\.cpp$/)
    .map((file) => ({ file, stamp: at("build/stamps/tidy", hashOf([file], [shared])) }))
    .filter(({ stamp }) => !existsSync(stamp));
  const problems = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const said = await tidy(next.file);
      if (said) problems.push(said);
      else writeFileSync(next.stamp, next.file);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return problems;
}

function tidy(file) {
  return new Promise((resolve, reject) => {
    const child = spawn("clang-tidy-19", ["--quiet", "-p", commands, file], { cwd: repo });
    let said = "";
    child.stdout.on("data", (bytes) => (said += bytes));
    child.stderr.on("data", (bytes) => (said += bytes));
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0 ? "" : said.replaceAll(`${repo}/`, "").trim()));
  });
}
