// Models that the engine chooses: the catalogue, wishes, hedges, and what each agent and model used.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { createTroupe } from "troupe";
import { eventsOf, linesOf, says } from "./support/models.mjs";

const repo = join(import.meta.dirname, "../..");
const catalogue = JSON.parse(await readFile(join(repo, "core/llm/models.json"), "utf8"));

const troupeFor = async (t, options) => {
  const troupe = await createTroupe(options);
  t.after(() => troupe.dispose());
  return troupe;
};

/** Two functions, of which one is cheap and the other good. */
const two = (
  cheap = () => says("cheap", { input: 100, output: 10 }),
  good = () => says("good", { input: 100, output: 10 }),
) => ({
  providers: { cheap: { call: cheap }, good: { call: good } },
  models: {
    cheap: { cheap: { quality: { general: 2 }, price: { input: 0.1, output: 0.5 } } },
    good: { good: { quality: { general: 5 }, price: { input: 5, output: 25 } } },
  },
});

test("each figure of the catalogue has a source and a date, and none is out of its range", () => {
  const classes = ["general", "code", "reasoning", "writing"];
  for (const model of catalogue.models) {
    assert.ok(model.source.length > 0 && model.source.every((name) => name in catalogue.sources), model.id);
    assert.match(model.date, /^2026-\d\d-\d\d$/, model.id);
    assert.ok(Number.isInteger(model.speed) && model.speed >= 1 && model.speed <= 5, model.id);
    assert.ok(
      Object.keys(model.quality).every((name) => classes.includes(name)),
      model.id,
    );
    assert.ok(
      Object.values(model.quality).every((quality) => quality >= 1 && quality <= 5),
      model.id,
    );
    const { input, cached = input, output } = model.price ?? { input: 0, output: 0 };
    assert.ok(cached <= input && input <= output, model.id);
    assert.ok(
      model.output === undefined || model.context === undefined || model.output <= model.context,
      model.id,
    );
  }
  const names = catalogue.models.map(({ vendor, id }) => `${vendor}:${id}`);
  assert.equal(new Set(names).size, names.length);
});

test("a model that the catalogue knows has its price and its window, unless the configuration says otherwise", async (t) => {
  const reply = () =>
    new Response(
      JSON.stringify({
        choices: [{ message: { role: "assistant", content: "well" }, finish_reason: "stop" }],
        usage: { prompt_tokens: 1_000_000, completion_tokens: 1_000_000 },
      }),
      { headers: { "content-type": "application/json" } },
    );
  const known = catalogue.models.find(({ id }) => id === "gpt-5.6-luna");
  const options = { apiKey: "k", model: "gpt-5.6-luna-2026-07-09", stream: false };
  const priced = await troupeFor(t, { providers: { openai: options }, fetch: reply });
  const run = priced.run("Say something.", { pattern: "direct" });
  assert.equal((await run).usage.usd, known.price.input + known.price.output);
  const [{ config }] = linesOf(run.journal());
  assert.deepEqual(config.windows, { "openai:gpt-5.6-luna-2026-07-09": known.context });
  const own = { ...options, prices: { [options.model]: { input: 1, output: 2 } } };
  const other = await troupeFor(t, { providers: { openai: own }, fetch: reply });
  assert.equal((await other.run("Say something.", { pattern: "direct" })).usage.usd, 3);
});

test("a wish comes to a model, and an event says which and why", async (t) => {
  const troupe = await troupeFor(t, two());
  const task = "Say something.";
  const run = troupe.run(task, { pattern: "direct", model: { prefer: "cost" } });
  const events = await eventsOf(run);
  const { value } = events.find(({ kind }) => kind === "choice");
  assert.deepEqual(value.models, ["cheap:cheap", "good:good"]);
  assert.ok(value.reasons.length > 0);
  assert.equal((await run).answer, "cheap");
  assert.equal((await troupe.run(task, { pattern: "direct", model: { prefer: "quality" } })).answer, "good");
  assert.ok(
    ["cheap", "good"].includes((await troupe.run(task, { pattern: "direct", model: "auto" })).answer),
  );
  assert.equal((await troupe.replay(run.journal())).answer, "cheap");
});

test("agents have wishes of their own, and usage says what each agent and model used", async (t) => {
  const troupe = await troupeFor(t, two());
  const { usage } = await troupe.run("Say something.", {
    pattern: "parallel",
    model: "cheap",
    settings: { join: "list" },
    agents: [
      { name: "one", instruction: "Say it.", model: { prefer: "quality" } },
      { name: "two", instruction: "Say it." },
    ],
  });
  assert.deepEqual(Object.keys(usage.byAgent).sort(), ["one", "two"]);
  assert.equal(usage.byAgent.one.usd, 0.00075);
  assert.equal(usage.byModel["good:good"].usd, 0.00075);
  assert.equal(usage.byAgent.two.input, 100);
  const models = Object.values(usage.byModel);
  assert.equal(Math.round(models.reduce((sum, { usd }) => sum + usd, 0) * 1e9), Math.round(usage.usd * 1e9));
});

test("the ranking stands in when the chosen model fails, without a list of fallbacks", async (t) => {
  const broken = () => {
    throw Object.assign(new Error("no such key"), { status: 401 });
  };
  const troupe = await troupeFor(t, two(broken));
  const { answer, model, usage } = await troupe.run("Say something.", {
    pattern: "direct",
    model: { prefer: "cost" },
  });
  assert.equal(answer, "good");
  assert.equal(model, "good:good");
  assert.equal(usage.byModel["cheap:cheap"].failed, 1);
});

test("what is known of models can be told while the troupe goes on", async (t) => {
  const troupe = await troupeFor(t, two());
  troupe.updateModels({ good: { good: { quality: { general: 5 }, price: { input: 0.01, output: 0.01 } } } });
  const { answer } = await troupe.run("Say something.", { pattern: "direct", model: { prefer: "cost" } });
  assert.equal(answer, "good");
  assert.throws(() => troupe.updateModels({ nobody: { x: {} } }), { code: "not_found" });
});

test("models of a provider that there is not are refused", async () => {
  await assert.rejects(createTroupe({ models: { nobody: { x: {} } } }), { code: "invalid_input" });
});

test("a reply that is slow to begin is asked of the next model as well, and the other request is aborted", async (t) => {
  let slow = false;
  let aborted = 0;
  const first = (request) =>
    slow
      ? new Promise((resolve) => request.signal.addEventListener("abort", () => resolve((aborted += 1))))
      : says("first");
  const troupe = await troupeFor(t, {
    providers: { first: { call: first, hedge: true }, second: { call: () => says("second") } },
  });
  const ask = () => troupe.run("Say something.", { pattern: "direct", model: "first", fallback: ["second"] });
  for (let i = 0; i < 25; ++i) assert.equal((await ask()).answer, "first");
  slow = true;
  const { answer, usage } = await ask();
  assert.equal(answer, "second");
  assert.deepEqual(Object.keys(usage.byModel), ["second:second"]);
  assert.equal(aborted, 1);
});
