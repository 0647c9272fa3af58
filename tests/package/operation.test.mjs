// Many runs of one troupe: taking turns, recovering, and what they may not do. Through the package, as an application does it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTroupe, tool } from "troupe";
import { eventsOf, says, scripted } from "./support/models.mjs";

const troupeFor = async (t, options) => {
  const troupe = await createTroupe(options);
  t.after(() => troupe.dispose());
  return troupe;
};

/** A model that answers when it is let go, and how many it had at once. */
function slow() {
  const waiting = [];
  let most = 0;
  const call = () =>
    new Promise((resolve) => {
      waiting.push(() => resolve(says("well")));
      most = Math.max(most, waiting.length);
    });
  return { call, waiting, most: () => most, next: () => waiting.shift()?.() };
}

/** Lets the model go until all runs are over. */
async function finish(model, runs) {
  let open = true;
  const all = Promise.all(runs).finally(() => (open = false));
  while (open) {
    model.next();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return all;
}

test("a provider is asked by at most as many runs at once as its limit says, and all come to their end", async (t) => {
  const model = slow();
  const troupe = await troupeFor(t, {
    providers: { fake: { call: model.call } },
    limits: { providers: { fake: { concurrent: 3 } } },
  });
  const runs = Array.from({ length: 20 }, () => troupe.run("Say something.", { pattern: "direct" }));
  const outcomes = await finish(model, runs);
  assert.equal(model.most(), 3);
  assert.ok(outcomes.every(({ answer }) => answer === "well"));
  const { components, lines } = troupe.status();
  assert.deepEqual(lines, [{ line: "provider fake", serving: 0, waiting: 0, heldMs: 0 }]);
  assert.deepEqual(
    components.map(({ component, state, uses }) => [component, state, uses]),
    [["model fake:fake", "healthy", 20]],
  );
});

test("more runs than may wait are refused, and status says that it is full", async (t) => {
  const model = slow();
  const troupe = await troupeFor(t, {
    providers: { fake: { call: model.call } },
    limits: { runs: 1, waiting: 1 },
  });
  const runs = [1, 2].map(() => troupe.run("Say something.", { pattern: "direct" }));
  const refused = troupe.run("Say something.", { pattern: "direct" });
  await assert.rejects(async () => await refused, { code: "overloaded" });
  assert.equal(troupe.status().state, "full");
  await finish(model, runs);
  assert.equal(troupe.status().state, "free");
});

test("where one model cannot answer the fallback does, and the recovery is an event", async (t) => {
  const broken = Object.assign(new Error("no such key"), { status: 401 });
  const troupe = await troupeFor(t, {
    providers: {
      first: {
        call: () => {
          throw broken;
        },
      },
      second: { call: () => says("from the second") },
    },
  });
  const run = troupe.run("Say something.", { pattern: "direct", fallback: ["second"] });
  const steps = (await eventsOf(run)).filter(({ type }) => type === "step");
  assert.equal((await run).answer, "from the second");
  const [recovery] = steps.filter(({ kind }) => kind === "recovery");
  assert.deepEqual([recovery.args.from, recovery.args.to], ["first:first", "second:second"]);
  assert.match(recovery.args.why, /no such key/);
});

test("a tenant's budget holds for all its runs, and what it spent is told in dollars", async (t) => {
  const prices = { fake: { input: 1, output: 1000 } };
  const model = { call: () => ({ ...says("well"), usage: { input: 10, output: 1000 } }), prices };
  const troupe = await troupeFor(t, {
    providers: { fake: model },
    tenants: { acme: { budget: { usd: 2 } } },
  });
  const reasons = [];
  for (let i = 0; i < 4; i++)
    reasons.push((await troupe.run("Say something.", { pattern: "direct", tenant: "acme" })).stop.reason);
  assert.deepEqual(reasons, ["done", "done", "budget", "budget"]);
  assert.ok(Math.abs(troupe.status().tenants.acme.usd - 2.00002) < 1e-6);
});

test("a budget in money for a model without a price holds nothing, and says so", async (t) => {
  const logs = [];
  const call = () => ({ text: "hi", usage: { input: 1000, output: 1000 } });
  const troupe = await createTroupe({
    providers: {
      dear: { call, model: "m", prices: { m: { input: 1, output: 2 } } },
      free: { call, prices: { free: { input: 0, output: 0 } } },
      unknown: { call, model: "x" },
      either: { type: "equals", of: ["unknown", "dear"] },
    },
    log: ({ level, text, run }) => logs.push(`${run} ${level}: ${text}`),
  });
  t.after(() => troupe.dispose());
  const said = async (options) => {
    logs.length = 0;
    await troupe.run("hello", { id: "r", pattern: "direct", ...options });
    return logs.join();
  };
  const budget = { usd: 1 };
  const warning =
    'r warning: No price is known for unknown:x: the budget in dollars cannot hold that. Give "prices"';
  assert.ok((await said({ model: "unknown", budget })).startsWith(warning));
  assert.ok((await said({ model: "dear", fallback: ["unknown:x"], budget })).startsWith(warning));
  for (const model of ["dear", "free", "offline", "either"]) assert.equal(await said({ model, budget }), "");
  assert.equal(await said({ model: "unknown", budget: { tokens: 10_000 } }), "");
  const agents = [{ name: "a", model: "unknown", budget: { tokens: 9000 } }];
  assert.match(
    await said({ model: "dear", pattern: "chain", agents, budget }),
    /No price is known for unknown/,
  );
});

test("a plan is shown before anything is done, and a no ends the run", async (t) => {
  const asked = [];
  const { call } = scripted(says("never"));
  const troupe = await troupeFor(t, {
    providers: { fake: { call } },
    ask: (question) => (asked.push(question), { approve: false }),
  });
  const { stop, usage } = await troupe.run("Delete all old backups for good", {
    confirm: { risks: ["destructive"] },
  });
  assert.equal(stop.reason, "declined");
  assert.equal(usage.calls, 0);
  assert.equal(asked[0].subject, "plan");
  assert.equal(typeof asked[0].usd, "number");
});

test("pins of one troupe are taken by the next, and wrong ones are refused", async (t) => {
  const troupe = await troupeFor(t, { tools: [tool({ name: "a", description: "b", run: () => 1 })] });
  assert.deepEqual(troupe.pins(), {});
  await troupeFor(t, { pins: { files: { read: { digest: "0", description: "Reads." } } } });
  await assert.rejects(async () => {
    const wrong = await createTroupe({ pins: { files: { read: 5 } } });
    await wrong.run("x");
  }, /pins/);
});

test("an agent has its own model and budget", async (t) => {
  const asked = [];
  const answer = (name) => () => (asked.push(name), says(name));
  const troupe = await troupeFor(t, {
    providers: { small: { call: answer("small") }, big: { call: answer("big") } },
  });
  const { answer: text } = await troupe.patterns.chain("Write and check.", {
    agents: [
      { name: "writer", budget: { calls: 5, usd: 1 } },
      { name: "checker", model: "big" },
    ],
  });
  assert.equal(text, "big");
  assert.deepEqual(asked, ["small", "big"]);
});

test("hosts that are no list are refused with the option's name", async (t) => {
  const troupe = await troupeFor(t, { providers: { fake: { call: () => says("done") } } });
  await assert.rejects(async () => await troupe.run("Look.", { egress: { hosts: 5 } }), /egress/);
});
