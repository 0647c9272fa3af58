// The search over servers, beside the text indexes that one would pick instead: how often it finds the server that a
// task's author meant, how fast, and whether it knows when none is needed.
import { readFileSync } from "node:fs";
import { create, insertMultiple, search } from "@orama/orama";
import Fuse from "fuse.js";
import lunr from "lunr";
import MiniSearch from "minisearch";
import { createTroupe } from "troupe";
import { median, number, times } from "./figures.mjs";
import { atLeast, atMost } from "./goals.mjs";

const data = new URL("../../shared/data/", import.meta.url);
const lines = (name) =>
  readFileSync(new URL(name, data), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** Fuse compares letter by letter and takes up to seconds for a question: it is asked a few. */
const MOST_SLOW = 20;

const flat = (servers) =>
  servers.map(({ name, description, tools }, id) => ({
    id,
    name,
    description: description ?? "",
    tools: tools.map((tool) => `${tool.name} ${tool.description ?? ""}`).join(" "),
  }));

/** Of each a function from a text to the names of the five best servers. */
const rivals = {
  troupe: async (servers) => {
    const troupe = await createTroupe({ catalog: servers });
    troupe.recommend("warm up");
    return (text) => troupe.recommend(text, { limit: 5, cover: false }).map(({ server }) => server);
  },
  MiniSearch: (servers) => {
    const index = new MiniSearch({
      fields: ["name", "description", "tools"],
      storeFields: ["name"],
      searchOptions: { boost: { name: 3, description: 2 }, prefix: true, fuzzy: 0.1 },
    });
    index.addAll(flat(servers));
    return (text) =>
      index
        .search(text)
        .slice(0, 5)
        .map(({ name }) => name);
  },
  Orama: async (servers) => {
    const index = create({ schema: { name: "string", description: "string", tools: "string" } });
    await insertMultiple(
      index,
      flat(servers).map((each) => ({ ...each, id: String(each.id) })),
    );
    return async (text) => {
      const { hits } = await search(index, {
        term: text,
        limit: 5,
        threshold: 1,
        boost: { name: 3, description: 2 },
      });
      return hits.map(({ document }) => document.name);
    };
  },
  lunr: (servers) => {
    const all = flat(servers);
    const index = lunr(function build() {
      this.ref("id");
      this.field("name", { boost: 3 });
      this.field("description", { boost: 2 });
      this.field("tools");
      for (const each of all) this.add(each);
    });
    return (text) => {
      const words = text.replace(/[^\p{L}\p{N} ]/gu, " ");
      return index
        .search(words)
        .slice(0, 5)
        .map(({ ref }) => all[Number(ref)].name);
    };
  },
  "Fuse.js": (servers) => {
    const index = new Fuse(flat(servers), {
      keys: [{ name: "name", weight: 3 }, { name: "description", weight: 2 }, "tools"],
      ignoreLocation: true,
      threshold: 0.5,
    });
    return (text) => index.search(text.slice(0, 32), { limit: 5 }).map(({ item }) => item.name);
  },
};

export async function retrieval({ place }) {
  const tasks = lines("retrieval_tasks.jsonl");
  const own = lines("retrieval_servers.jsonl");
  const known = new Set(own.map(({ name }) => name));
  const registry = lines("registry_servers.jsonl");
  const mixed = [...own, ...registry.filter(({ name }) => !known.has(name))];
  const measured = {};
  for (const [rival, make] of Object.entries(rivals)) {
    measured[rival] = [];
    for (const servers of [own, mixed]) {
      place(`[${rival}, ${servers.length} servers]`);
      const find = await make(servers);
      const asked = rival === "Fuse.js" ? tasks.filter((_, i) => i % 20 === 0).slice(0, MOST_SLOW) : tasks;
      for (const { text } of asked.slice(0, rival === "Fuse.js" ? 2 : 200)) await find(text);
      let first = 0;
      let five = 0;
      const took = [];
      for (const { text, servers: wanted } of asked) {
        const begin = process.hrtime.bigint();
        const found = await find(text);
        took.push(Number(process.hrtime.bigint() - begin) / 1000);
        if (found[0] === wanted[0]) first++;
        if (found.includes(wanted[0])) five++;
      }
      measured[rival].push({ first: first / asked.length, five: five / asked.length, us: median(took) });
    }
  }

  place("[none]");
  const troupe = await createTroupe({ catalog: mixed });
  const recommends = (text) => troupe.recommend(text).length > 0;
  const none = readFileSync(new URL("data/none.txt", import.meta.url), "utf8")
    .trim()
    .split("\n");
  const silent = none.filter((text) => !recommends(text)).length / none.length;
  const lost = tasks.filter(({ text }) => !recommends(text)).length / tasks.length;
  await troupe.dispose();

  const three = (value) => value.toFixed(3);
  const columns = [
    "",
    "hit@1",
    "recall@5",
    "µs",
    "hit@1, mixed",
    "recall@5, mixed",
    "µs, mixed",
    "troupe is faster",
  ];
  const rows = Object.entries(measured).map(([rival, [a, b]]) => [
    rival,
    three(a.first),
    three(a.five),
    number(a.us),
    three(b.first),
    three(b.five),
    number(b.us),
    times(b.us / measured.troupe[1].us),
  ]);
  const [small, large] = measured.troupe;
  const fastest = Math.min(
    ...Object.entries(measured)
      .filter(([rival]) => rival !== "troupe")
      .map(([, [, b]]) => b.us),
  );
  return {
    tables: [
      {
        caption: `${tasks.length} tasks of which the author's server is known, among ${own.length} servers and, mixed with a large registry, among ${mixed.length}; equal servers of another name count as misses. Medians of one question.`,
        columns,
        rows,
      },
    ],
    goals: [
      atLeast("hit@1 among 380", small.first, 0.45, three),
      atLeast("recall@5 among 380", small.five, 0.61, three),
      atLeast("hit@1, mixed", large.first, 0.24, three),
      atLeast("recall@5, mixed", large.five, 0.38, three),
      atLeast(`of ${none.length} tasks that need no server, left alone`, silent, 0.95, three),
      atMost(`of ${tasks.length} tasks that need one, left alone`, lost, 0.02, three),
      atLeast("the fastest of the others takes so many times as long, mixed", fastest / large.us, 20, times),
    ],
  };
}
