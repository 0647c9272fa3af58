// clang-format and prettier have nothing to change.

import { execFileSync } from "node:child_process";

import { repo } from "../setup/command.mjs";
import { cppFiles } from "./tree.mjs";

const hint = "`npm run format` puts it right.";

export function clangFormatLint() {
  const files = cppFiles();
  if (files.length === 0) return [];
  const said = outputOf(["clang-format-19", "--dry-run", "--Werror", "--ferror-limit=1", ...files]);
  const wrong = new Set([...said.matchAll(/^([^\s:]+):\d+:\d+: error/gm)].map(([, file]) => file));
  if (said && wrong.size === 0) return [said];
  return [...wrong].map((file) => `${file} is not formatted. ${hint}`);
}

export function prettierLint() {
  const said = outputOf(["node", "node_modules/prettier/bin/prettier.cjs", "--list-different", "."]);
  return said
    .split("\n")
    .filter(Boolean)
    .map((file) => `${file} is not formatted. ${hint}`);
}

/** What a checker says; nothing when it is content. */
function outputOf([program, ...args]) {
  try {
    execFileSync(program, args, { cwd: repo, encoding: "utf8", stdio: "pipe", maxBuffer: 1 << 26 });
    return "";
  } catch (error) {
    return `${error.stdout ?? ""}${error.stderr ?? error.message}`;
  }
}
