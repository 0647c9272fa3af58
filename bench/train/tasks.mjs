// The labelled tasks, and how they are split: by a hash of the text, so that no choice of ours can move one.
import { existsSync, readFileSync } from "node:fs";

const read = (file) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const shared = new URL("../../../shared/data/", import.meta.url);

export function fnv(text) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** A fifth is for the test, and seen by nothing else. */
export const isTest = (task) => fnv(task.text) % 5 === 0;
/** Parts of what is not for the test, for whatever has to be held out in training. */
export const foldOf = (task, folds) => fnv(`${task.text}fold`) % folds;

export const labelledTasks = () => read(new URL("../data/tasks.jsonl", import.meta.url));

/** Public tasks with a shape; they lie beside the project and are not part of it. */
export function shapeTasks() {
  const file = new URL("shape_tasks.jsonl", shared);
  if (!existsSync(file)) throw new Error(`Training needs the public data in ${file.pathname}.`);
  return read(file);
}
