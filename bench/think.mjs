// How long the engine thinks: natively and through the npm package, medians over the labelled tasks.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createTroupe } from "troupe";
import { median, number } from "./figures.mjs";
import { atMost } from "./goals.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const tasksFile = here("data/tasks.jsonl");
const registryFile = here("../../shared/data/registry_servers.jsonl");
const lines = (file) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

function timed(texts, work) {
  for (const text of texts) work(text, 0);
  const best = texts.map(() => Infinity);
  for (let round = 1; round <= 3; round++) {
    texts.forEach((text, i) => {
      const begin = process.hrtime.bigint();
      work(text, round);
      best[i] = Math.min(best[i], Number(process.hrtime.bigint() - begin) / 1000);
    });
  }
  return median(best);
}

export async function think({ place }) {
  place("[native]");
  const program = here("../build/native-release/bench/troupe_speed");
  const native = JSON.parse(
    execFileSync(program, [registryFile], { input: readFileSync(tasksFile), maxBuffer: 1 << 20 }),
  );
  const texts = lines(tasksFile).map(({ text }) => text);
  const registry = lines(registryFile);

  place("[npm package]");
  const few = await createTroupe({
    catalog: registry.filter((_, i) => i % Math.floor(registry.length / 8) === 0).slice(0, 8),
  });
  const many = await createTroupe({ catalog: registry });
  const javascript = {
    // Spaces behind a text make it a new one.
    analyze_new: timed(texts, (text, round) => few.analyze(text + " ".repeat(round))),
    decide: timed(texts, (text) => few.decide(text)),
    create_agents: timed(texts, (text) => few.createAgents(text)),
    recommend_8: timed(texts, (text) => few.recommend(text, { cover: false })),
    recommend_all: timed(texts.slice(0, 500), (text) => many.recommend(text, { cover: false })),
  };
  await Promise.all([few.dispose(), many.dispose()]);

  const what = {
    analyze_new: "analyze, a new text",
    analyze_seen: "analyze, a text seen before",
    decide: "decide",
    create_agents: "create agents",
    recommend_8: "recommend, 8 servers",
    recommend_all: `recommend, ${native.servers.toLocaleString("en-GB")} servers`,
  };
  const us = (value) => (value === undefined ? "" : number(value));
  const mean = texts.reduce((sum, { length }) => sum + length, 0) / texts.length;
  return {
    tables: [
      {
        caption: `µs, medians over ${texts.length} labelled tasks (mean ${Math.round(mean)} characters). From JavaScript, decide and create agents begin with the text; natively with its analysis.`,
        columns: ["", "native", "npm package"],
        rows: Object.entries(what).map(([key, title]) => [
          title,
          us(native[key] / 1000),
          us(javascript[key]),
        ]),
      },
    ],
    goals: [
      atMost("analyze of a new text, native, µs", native.analyze_new / 1000, 5, number),
      atMost("analyze of a new text, from JavaScript, µs", javascript.analyze_new, 12, number),
      atMost("analyze of a text seen before, native, µs", native.analyze_seen / 1000, 1, number),
      atMost("decide, native, µs", native.decide / 1000, 2, number),
      atMost("create agents, native, µs", native.create_agents / 1000, 10, number),
      atMost("recommend over 8 servers, native, µs", native.recommend_8 / 1000, 5, number),
      atMost("recommend over all servers, native, µs", native.recommend_all / 1000, 400, number),
      atMost("memory of the index, MB", native.memory / 1e6, 12, number),
    ],
  };
}
