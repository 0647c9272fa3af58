// The files that are looked at: all that git tracks or would track.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

import { at, repo } from "../setup/command.mjs";

export const treeFiles = () =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: repo,
    encoding: "utf8",
  })
    .split("\0")
    .filter((file) => file && existsSync(at(file)))
    .sort();

export const text = (file) => readFileSync(at(file), "utf8");

export const cppFiles = () => treeFiles().filter((file) => /^(core|wasm|tests)\/.*\.(cpp|hpp)$/.test(file));
