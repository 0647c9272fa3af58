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

/** Short phrases that are labelled by their type alone. */
export const phrases = () =>
  read(new URL("../data/phrases.jsonl", import.meta.url)).map((phrase) => ({ ...phrase, also: [] }));

/** Tasks that are labelled in brief, a line each: type|also|risks|server|language|text (bench/data/README.md). */
export const briefTasks = () =>
  readFileSync(new URL("../data/brief.txt", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const [type, also, risks, server, lang, ...text] = line.split("|");
      return {
        text: text.join("|"),
        lang,
        type: TYPES[type],
        also: also.split(",").flatMap((code) => TYPES[code] ?? []),
        risk: [...risks].flatMap((letter) => RISKS[letter] ?? []),
        server: server === "y",
      };
    });
/** Tasks that are labelled by the tools that they need as well: capabilities|type|also|risks|language|text. */
export const toolTasks = () =>
  readFileSync(new URL("../data/tools.txt", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const [capabilities, type, also, risks, lang, ...text] = line.split("|");
      return {
        text: text.join("|"),
        lang,
        type: TYPES[type],
        also: also.split(",").flatMap((code) => TYPES[code] ?? []),
        risk: [...risks].flatMap((letter) => RISKS[letter] ?? []),
        capabilities: capabilities.split(",").filter(Boolean),
        server: capabilities !== "",
      };
    });
const TYPES = {
  IR: "information_retrieval",
  CC: "content_creation",
  DA: "data_analysis",
  FO: "file_operations",
  WA: "web_automation",
  CD: "code_development",
  PM: "project_management",
  RS: "research",
  CM: "communication",
  RE: "reasoning",
  UN: "unclear",
};
const RISKS = { w: "writes", d: "destructive", m: "spends_money", s: "speaks_to_others" };

/** Public tasks with a shape; they lie beside the project and are not part of it. */
export function shapeTasks() {
  const file = new URL("shape_tasks.jsonl", shared);
  if (!existsSync(file)) throw new Error(`Training needs the public data in ${file.pathname}.`);
  return read(file);
}

/** Tasks that are labelled by whether they need a tool alone: what tools of public servers do, a tenth of them by a hash,
    two lists of ours, as people say it, of tasks that need one and of tasks that need none, and of those that are labelled
    in brief the ones that need none: that a model knows a fact was not asked there. */
export function needTasks() {
  const done = new Set();
  const tools = read(new URL("registry_servers.jsonl", shared))
    .flatMap(({ tools }) =>
      tools.map(({ description }) => (description ?? "").split(/\n|(?<=[.!?]) /)[0].trim()),
    )
    .filter((text) => text.length >= 15 && text.length <= 200 && fnv(text) % 10 === 0)
    .filter((text) => !done.has(text) && done.add(text));
  const list = (name) =>
    readFileSync(new URL(`../data/${name}`, import.meta.url), "utf8")
      .trim()
      .split("\n");
  return [
    ...tools.map((text) => ({ text, server: true })),
    ...list("need_train.txt").map((text) => ({ text, server: true })),
    ...list("none_train.txt").map((text) => ({ text, server: false, weight: 1.5 })),
    ...briefTasks().filter(({ server }) => !server),
  ];
}
