// A step is skipped when the hash of all that it reads is the one of the last time that it succeeded.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { at } from "./command.mjs";

/** All files in these files and folders of the repository, sorted. What does not exist is left out. */
export function filesIn(paths, pattern = /./) {
  const found = paths.flatMap((path) => {
    if (!existsSync(at(path))) return [];
    if (!statSync(at(path)).isDirectory()) return [path];
    return readdirSync(at(path), { recursive: true })
      .filter((file) => pattern.test(file) && !/(^|\/)(node_modules|dist)(\/|$)/.test(file))
      .map((file) => join(path, file))
      .filter((file) => statSync(at(file)).isFile());
  });
  return found.sort();
}

export function hashOf(files, marks = []) {
  const hash = createHash("sha256").update(JSON.stringify(marks));
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(at(file)));
  return hash.digest("hex");
}

/**
 * Does `work` unless nothing changed: `inputs` are the files that it reads, `marks` whatever else it depends on, and
 * `outputs` the files that have to be there afterwards.
 */
export async function step({ name, inputs = [], marks = [], outputs = [] }, work) {
  const stamp = at("build/stamps", name);
  const hash = hashOf(inputs, marks);
  const same = existsSync(stamp) && readFileSync(stamp, "utf8") === hash;
  if (same && outputs.every((file) => existsSync(at(file)))) return;
  rmSync(stamp, { force: true });
  await work();
  mkdirSync(at("build/stamps"), { recursive: true });
  writeFileSync(stamp, hash);
}
