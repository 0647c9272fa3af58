// The judgement from JavaScript: analyze, decide, recommend, createAgents, feedback. No key, no network.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTroupe, TroupeError, tool } from "troupe";
import { eventsOf } from "./support/models.mjs";

const troupeFor = async (t, options = {}) => {
  const troupe = await createTroupe({ fetch: () => assert.fail("the network was used"), ...options });
  t.after(() => troupe.dispose());
  return troupe;
};

test("an analysis has every field of its type, and its spans are slices of the text", async (t) => {
  const troupe = await troupeFor(t);
  const task = 'Grüße 👋: delete the old logs in /var/log, then tell Zoë "done"';
  const analysis = troupe.analyze(task);
  assert.equal(analysis.task, task);
  assert.ok(analysis.risk.includes("destructive"));
  assert.deepEqual(
    analysis.things.map(({ kind, text }) => `${kind} ${text}`),
    ["path /var/log", "name Zoë", "quotation done"],
  );
  for (const { span, text } of analysis.things) assert.equal(task.slice(...span), text);
  assert.ok(analysis.evidence.length > 0);
  for (const { span, weight, about, verdict } of analysis.evidence) {
    assert.match(task.slice(...span), /\S/);
    assert.ok(Number.isInteger(weight) && weight !== 0);
    assert.ok(about && verdict);
  }
  assert.equal(analysis.clauses.length, 2);
  assert.deepEqual(analysis.clauses[1].needs, [0]);
  const sum = (probabilities) => Object.values(probabilities).reduce((a, b) => a + b, 0);
  assert.ok(sum(analysis.probability.complexity) > 900 && sum(analysis.probability.complexity) <= 1005);
  assert.ok(analysis.steps.least <= analysis.steps.likely && analysis.steps.likely <= analysis.steps.most);
});

test("a task that is empty or too long is refused with a sentence", async (t) => {
  const troupe = await troupeFor(t);
  assert.throws(() => troupe.analyze(" "), {
    code: "invalid_input",
    message: "The task is empty: say in words what is to be done.",
  });
  assert.throws(() => troupe.analyze("a".repeat(100_001)), {
    message: /^The task has 100001 characters; the most is 100,000\./,
  });
  assert.equal(troupe.analyze("a ".repeat(50_000)).type, troupe.analyze("a ".repeat(50_000)).type);
});

test("a strategy ranks all seven patterns, from a text and from its analysis alike", async (t) => {
  const troupe = await troupeFor(t);
  const task = "Write a slogan for our bakery, criticise it, and improve it until it is perfect";
  const strategy = troupe.decide(task);
  assert.equal(strategy.pattern, "evaluator_optimizer");
  assert.equal(new Set(strategy.options.map(({ pattern }) => pattern)).size, 7);
  assert.ok(strategy.options[0].reasons.length > 0);
  assert.equal(strategy.model, "offline");
  const again = troupe.decide(troupe.analyze(task));
  assert.deepEqual(
    again.options.map(({ pattern }) => pattern),
    strategy.options.map(({ pattern }) => pattern),
  );
  const poor = troupe.decide(task, { budget: { tokens: 1000 } });
  assert.ok(poor.options.some(({ affordable }) => !affordable));
});

test("servers are recommended from the configuration, the tools and the catalog, with reasons; none for small talk", async (t) => {
  const troupe = await troupeFor(t, {
    servers: { mails: { url: "https://mail.example/mcp", description: "Read and send e-mail" } },
    tools: [
      tool({ name: "open_tickets", description: "Lists the open tickets", readOnly: true, run: () => [] }),
    ],
    catalog: [
      {
        name: "weather",
        description: "Forecasts for any place",
        tools: [{ name: "get_forecast", description: "The forecast for a city" }],
      },
      { name: "spotify", description: "Search and play music" },
    ],
  });
  const [best] = troupe.recommend("What is the forecast for Oslo?");
  assert.equal(best.server, "weather");
  assert.ok(best.because.includes("forecast"));
  assert.deepEqual(best.tools, ["get_forecast"]);
  assert.equal(troupe.recommend("Which tickets are open?")[0].server, "application");
  const both = troupe
    .recommend("Look up the forecast for Oslo and send it by e-mail to Ann")
    .map(({ server }) => server);
  assert.deepEqual([...both].sort(), ["mails", "weather"]);
  assert.deepEqual(troupe.recommend("Hello"), []);
  assert.equal(troupe.recommend("forecast music e-mail tickets", { limit: 1, cover: false }).length, 1);
  assert.throws(() => troupe.recommend("x", { limit: 0 }), TroupeError);
});

test("agents get the tools that the task needs, and what is withheld is said", async (t) => {
  const troupe = await troupeFor(t, {
    tools: [
      tool({
        name: "search_archive",
        description: "Searches the archive of contracts",
        readOnly: true,
        run: () => "",
      }),
      tool({
        name: "erase_archive",
        description: "Erases contracts from the archive",
        destructive: true,
        run: () => "",
      }),
    ],
    specialisations: [
      { name: "lawyer", instruction: "You read contracts.", types: ["information_retrieval"] },
    ],
  });
  const agents = troupe.createAgents("Which contracts in the archive mention Oslo?");
  assert.ok(agents.length > 0);
  for (const { name, instruction, tools, turns, reasons } of agents) {
    assert.ok(name && instruction && turns > 0 && reasons.length > 0);
    assert.ok(Array.isArray(tools));
  }
});

test("ratings are learned, exported, taken over, and reset with a new troupe", async (t) => {
  const troupe = await troupeFor(t);
  const task =
    "Compare the prices of the five cloud hosts, each on its own page, and put the results side by side";
  const before = troupe.decide(task).pattern;
  assert.deepEqual(troupe.learned(), { version: 1, counts: {} });
  for (let i = 0; i < 40; i++) troupe.feedback({ task, pattern: before }, 0);
  assert.notEqual(troupe.decide(task).pattern, before);
  const state = troupe.learned();
  const other = await troupeFor(t, { learning: { state } });
  assert.equal(
    other.decide(task, { seed: "0".repeat(16) }).pattern,
    troupe.decide(task, { seed: "0".repeat(16) }).pattern,
  );
  const observing = await troupeFor(t, { learning: { state, observe: true } });
  assert.equal(observing.decide(task).pattern, before);
  assert.throws(() => troupe.feedback({ task, pattern: before }, 2), {
    message: "A rating is a number from 0 to 1, not 2.",
  });
  await assert.rejects(createTroupe({ learning: { state: { version: 2, counts: {} } } }), {
    code: "invalid_input",
  });
});

test("a rating stands instead of what the run's end said, however often it is changed", async (t) => {
  const troupe = await troupeFor(t);
  const run = troupe.run("add 17 and 25");
  assert.throws(() => troupe.feedback(run, 1), { code: "invalid_input" });
  const { stop } = await run;
  assert.equal(stop.reason, "done");
  const counts = () => troupe.learned().counts["*"]["pattern:direct"];
  assert.deepEqual(counts(), [800, 1000]);
  troupe.feedback(run, 0);
  assert.deepEqual(counts(), [0, 1000]);
  troupe.feedback(run, 1);
  assert.deepEqual(counts(), [1000, 1000]);
  const other = await troupeFor(t);
  other.learn(troupe.learned());
  other.learn(troupe.learned());
  assert.deepEqual(other.learned().counts["*"]["pattern:direct"], [2000, 2000]);
  other.forget();
  assert.deepEqual(other.learned().counts, {});
  assert.throws(() => other.learn({ version: 2, counts: {} }), { code: "invalid_input" });
});

test("what cannot be rated is refused with a sentence", async (t) => {
  const troupe = await troupeFor(t);
  const refused = (rated, rating, message) =>
    assert.throws(() => troupe.feedback(rated, rating), { code: "invalid_input", message });
  refused(null, 1, "What is rated is a run, or { task, pattern }.");
  refused({ task: "t" }, 1, "A rating of a task says by which pattern, agent or model it was done.");
  refused({ task: "t", pattern: "nonsense" }, 1, /^There is no pattern "nonsense"\. There are: direct, /);
  refused({ task: "t", pattern: "direct" }, "1", 'A rating is a number from 0 to 1, not "1".');
  const long = troupe.run("Read the report. ".repeat(8000));
  await long;
  troupe.feedback(long, 1);
});

test("decisions name the model that runs are given, and questions are checked before they are asked", async (t) => {
  const call = () => "done";
  const troupe = await troupeFor(t, { providers: { zeta: { call }, alpha: { call } } });
  assert.match(troupe.decide("Write a poem").model, /^zeta/);
  assert.match(troupe.createAgents("Write a poem")[0].model, /^zeta/);
  assert.match(troupe.decide("Write a poem", { model: "alpha" }).model, /^alpha/);
  assert.throws(() => troupe.recommend("x", { limt: 3 }), {
    code: "invalid_input",
    message: /has no "limt"/,
  });
  assert.throws(() => troupe.recommend("x", { limit: "3" }), {
    code: "invalid_input",
    message: /whole number/,
  });
  for (const nothing of [null, 42, undefined, {}])
    assert.throws(() => troupe.decide(nothing), { code: "invalid_input" });
  for (const nothing of [null, 42, undefined])
    assert.throws(() => troupe.analyze(nothing), { code: "invalid_input" });
});

test("agents for an analysis are those for its text", async (t) => {
  const troupe = await troupeFor(t);
  const task =
    "First research the market, then write a report about it, then translate it into German, and finally publish it on our blog.";
  assert.deepEqual(troupe.createAgents(troupe.analyze(task)), troupe.createAgents(task));
});

test("a run's journal begins with its analysis and its strategy, and replays without deciding again", async (t) => {
  const troupe = await troupeFor(t);
  const run = troupe.run("add 17 and 25");
  await eventsOf(run);
  const lines = run
    .journal()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.slice(1, 3).map(({ kind, state }) => [kind, state]),
    [
      ["analysis", "done"],
      ["strategy", "done"],
    ],
  );
  assert.equal(lines[1].value.type, troupe.analyze("add 17 and 25").type);
  assert.equal(Object.keys(lines[2].value.scores).length, 7);
  assert.equal((await troupe.replay(run.journal())).stop.reason, "done");
  assert.ok(Object.keys(troupe.learned().counts).length > 0);
});

test("questions are answered while the engine's memory grows", async (t) => {
  const server = (i) => ({
    name: `server-${i}`,
    description: `Number ${i} does thing ${i * 7} of kind ${i * 13}`,
  });
  const task = "Read the report. ".repeat(3000);
  // With each catalog the memory ends elsewhere: with some of them it is the question's own room that is too much.
  for (let size = 0; size < 6000; size += 250) {
    const troupe = await troupeFor(t, { catalog: Array.from({ length: size }, (_, i) => server(i)) });
    troupe.recommend("Read the report");
    assert.equal(troupe.decide(task).options.length, 7);
    await troupe.dispose();
  }
});
