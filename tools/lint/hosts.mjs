// No file names a package registry: each machine uses its own.

import { text, treeFiles } from "./tree.mjs";

const registries =
  /\b(registry\.(npmjs|yarnpkg)\.|npm\.pkg\.github\.|[a-z.]*\bdebian\.(org|net)\b|files\.pythonhosted\.|pypi\.(org|io)\b|(static|index)\.crates\.|proxy\.golang\.|repo\d?\.maven\.|[a-z-]*\.pkg\.dev\b)/i;

export function hostsLint() {
  return treeFiles()
    .filter((file) => !/\.(png|ico|woff2|wasm)$/.test(file) && file !== "tools/lint/hosts.mjs")
    .flatMap((file) =>
      text(file)
        .split("\n")
        .flatMap((line, i) =>
          registries.test(line) ? [`${file}:${i + 1} names a package registry's host.`] : [],
        ),
    );
}
