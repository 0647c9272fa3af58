import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createTroupe, tool } from "troupe";
import { createServer, serverTool } from "troupe/server";
import { calls, eventsOf, says, scripted } from "./support/models.mjs";

const troupes = [];
after(() => Promise.all(troupes.map((troupe) => troupe.dispose())));

/** A troupe whose model deletes a file and reports what came back; `deleted` is what was really deleted. */
async function deleter(options = {}) {
  const deleted = [];
  const remove = tool({
    name: "delete_file",
    description: "Deletes a file.",
    input: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
    destructive: true,
    run: ({ path }) => (deleted.push(path), `deleted ${path}`),
  });
  const report = (request) => says(request.json().messages.at(-1).content);
  const { call } = scripted(calls("delete_file", { path: "a.txt" }), report);
  const troupe = await createTroupe({ providers: { fake: { call } }, tools: [remove], ...options });
  troupes.push(troupe);
  return { troupe, deleted, call };
}

test("an approved call is carried out, and the handler sees tool and arguments", async () => {
  const asked = [];
  const { troupe, deleted } = await deleter({ approve: (question) => (asked.push(question), true) });
  const { answer } = await troupe.run("Delete a.txt.");
  assert.equal(answer, "deleted a.txt");
  assert.deepEqual(deleted, ["a.txt"]);
  assert.equal(asked[0].tool, "delete_file");
  assert.deepEqual(asked[0].arguments, { path: "a.txt" });
  assert.match(asked[0].sentence, /May "delete_file" be called with these arguments\?/);
});

test("a denied call is a result that the model reads, with the reason", async () => {
  const { troupe, deleted } = await deleter({
    approve: async () => ({ approve: false, reason: "Keep it." }),
  });
  const { answer, stop } = await troupe.run("Delete a.txt.");
  assert.match(answer, /^This call was denied by a person: Keep it\./);
  assert.equal(stop.reason, "done");
  assert.deepEqual(deleted, []);
});

test("a handler that throws denies", async () => {
  const approve = () => {
    throw new Error("no screen");
  };
  const { troupe, deleted } = await deleter({ approve });
  assert.match(
    (await troupe.run("Delete a.txt.")).answer,
    /denied by a person: Who decides on it failed: no screen/,
  );
  assert.deepEqual(deleted, []);
});

test("the run's own handler goes before the troupe's", async () => {
  const { troupe, deleted } = await deleter({ approve: () => false });
  await troupe.run("Delete a.txt.", { approve: () => true });
  assert.deepEqual(deleted, ["a.txt"]);
});

test("who iterates is asked, and answers by the question's id", async () => {
  const { troupe, deleted } = await deleter();
  const run = troupe.run("Delete a.txt.");
  for await (const event of run) {
    if (event.type !== "question") continue;
    assert.equal(event.subject, "approval");
    assert.equal(run.answer(event.id, { approve: true }), true);
    assert.equal(run.answer(event.id, { approve: true }), false);
  }
  assert.deepEqual(deleted, ["a.txt"]);
});

test("an answer that is bound to other arguments is a denial", async () => {
  const { troupe, deleted } = await deleter({ approve: () => ({ approve: true, hash: "0".repeat(32) }) });
  assert.match((await troupe.run("Delete a.txt.")).answer, /denied/);
  assert.deepEqual(deleted, []);
});

test("when nobody is there the run pauses with the question, and goes on where somebody approves", async () => {
  const { troupe, deleted } = await deleter();
  const run = troupe.run("Delete a.txt.");
  const { stop, questions } = await run;
  assert.equal(stop.reason, "approval");
  assert.equal(stop.resumable, true);
  assert.equal(questions[0].tool, "delete_file");
  assert.deepEqual(deleted, []);
  const resumed = troupe.resume(run.journal(), { approve: () => true });
  assert.equal(resumed.id, run.id);
  assert.equal((await resumed).answer, "deleted a.txt");
  assert.deepEqual(deleted, ["a.txt"]);
});

test("a watcher who cannot answer lets the run pause, and hears its end", async () => {
  const { troupe, deleted } = await deleter();
  const run = troupe.run("Delete a.txt.");
  const types = [];
  for await (const event of run) {
    types.push(event.type);
    if (event.type !== "question") continue;
    assert.equal(run.answer(event.id, undefined), true);
    assert.equal(run.answer(event.id, { approve: true }), false);
  }
  assert.equal(types.at(-1), "ended");
  assert.equal((await run).stop.reason, "approval");
  assert.equal((await troupe.resume(run.journal(), { approve: () => true })).answer, "deleted a.txt");
  assert.deepEqual(deleted, ["a.txt"]);
});

test("a watcher who goes away leaves nobody to ask", async () => {
  const { troupe } = await deleter();
  const run = troupe.run("Delete a.txt.");
  for await (const event of run) if (event.type === "question") break;
  assert.equal((await run).stop.reason, "approval");
});

test("policies allow and deny without asking", async () => {
  const asked = [];
  const { troupe, deleted } = await deleter({ approve: () => asked.push(1) });
  const denied = await troupe.run("Delete a.txt.", { approvals: { tools: { delete_file: "deny" } } });
  assert.match(denied.answer, /"delete_file" is not allowed in this run/);
  const again = await deleter({ approve: () => asked.push(1) });
  await again.troupe.run("Delete a.txt.", { approvals: "allow" });
  assert.deepEqual([deleted, again.deleted, asked], [[], ["a.txt"], []]);
});

test("at the budget's limit a person is asked, in dollars, and may raise it", async () => {
  const call = scripted(calls("noop"), says("Done.")).call;
  const prices = { fake: { input: 1000, output: 1000 } };
  const noop = tool({ name: "noop", description: "", readOnly: true, run: () => "" });
  const questions = [];
  const ask = (question) => (questions.push(question), { raise: { usd: 100 } });
  const troupe = await createTroupe({ providers: { fake: { call, prices } }, tools: [noop], ask });
  troupes.push(troupe);
  assert.equal((await troupe.run("Work.", { budget: { usd: 0.01 } })).answer, "Done.");
  assert.equal(questions[0].subject, "budget");
  assert.equal(questions[0].limit, "usd");
  assert.equal(questions[0].allowed, 0.01);
  assert.match(questions[0].sentence, /The budget of \$0\.0100 is not enough for the next step/);
});

test("a budget that is not raised ends the run, and one that nobody looks at pauses it", async () => {
  const troupe = await createTroupe({ providers: { fake: { call: () => "Hi." } } });
  troupes.push(troupe);
  const ended = await troupe.run("Work.", { budget: { calls: 0 }, ask: () => ({}) });
  assert.equal(ended.stop.reason, "budget");
  assert.equal(ended.stop.resumable, undefined);
  const paused = await troupe.run("Work.", { budget: { calls: 0 } });
  assert.equal(paused.stop.reason, "budget");
  assert.equal(paused.stop.resumable, true);
  assert.deepEqual(
    (await eventsOf(troupe.run("Work.", { budget: { calls: 0 }, ask: () => undefined }))).at(-1).outcome.stop
      .reason,
    "budget",
  );
});

test("a handler that gives null has no answer, and one that gives something else denies and says why", async () => {
  for (const approve of [() => null, async () => null]) {
    const { troupe, deleted } = await deleter({ approve });
    const { stop } = await troupe.run("Delete a.txt.");
    assert.equal(stop.reason, "approval");
    assert.equal(stop.resumable, true);
    assert.deepEqual(deleted, []);
  }
  for (const approve of [() => "yes", async () => 1]) {
    const { troupe, deleted } = await deleter({ approve });
    const { answer } = await troupe.run("Delete a.txt.");
    assert.match(
      answer,
      /Who decides on it failed: A question of the subject "approval" is answered by \{ approve: true \} .*, not by (yes|1)\./,
    );
    assert.deepEqual(deleted, []);
  }
});

test("an answer that is none is refused, and the question stays open for one that is", async () => {
  const { troupe, deleted } = await deleter();
  const run = troupe.run("Delete a.txt.");
  for await (const event of run) {
    if (event.type !== "question") continue;
    const none = [
      { choice: "retry" },
      { text: "yes" },
      { raise: { usd: 1 } },
      { aprove: true },
      { approve: 1 },
      {},
      [],
    ];
    for (const answer of ["yes", ...none])
      assert.throws(() => run.answer(event.id, answer), { name: "TroupeError", code: "invalid_input" });
    assert.equal(run.answer(event.id, { approve: true }), true);
  }
  assert.equal((await run).answer, "deleted a.txt");
  assert.deepEqual(deleted, ["a.txt"]);
});

test("an answer that belongs to another question is refused, of whatever subject", async () => {
  const { troupe } = await deleter();
  const run = troupe.run("Delete a.txt.", { budget: { calls: 0 } });
  let asked = 0;
  for await (const event of run) {
    if (event.type !== "question") continue;
    asked++;
    for (const answer of [{ approve: true }, { raise: 5 }, { rise: { calls: 1 } }, { text: "more" }])
      assert.throws(() => run.answer(event.id, answer), { code: "invalid_input" });
    assert.equal(run.answer(event.id, {}), true);
  }
  assert.equal(asked, 1);
  assert.equal((await run).stop.reason, "budget");
});

test("a person sees the numbers that a server gets", async () => {
  const input = { type: "object", additionalProperties: true };
  for (const [written, seen] of [
    ['{"account":9007199254740993}', { account: "9007199254740993" }],
    ['{"account":12345678901234567890}', { account: "12345678901234567890" }],
    ['{"usual":[1,-2.50,1e2,0.1,-0.0],"text":"9007199254740993 \\" 1e400"}', { usual: [1, -2.5, 100, 0.1, -0], text: '9007199254740993 " 1e400' }], // prettier-ignore
  ]) {
    const heard = [];
    const server = createServer({
      tools: [serverTool({ name: "pay", description: "Pays.", input, run: () => "paid" })],
    });
    const { open } = server;
    const spied = { open: (send) => ((peer) => ({ ...peer, receive: (text) => (heard.push(text), peer.receive(text)) }))(open.call(server, send)) }; // prettier-ignore
    const tool_calls = [{ id: "1", type: "function", function: { name: "pay", arguments: written } }];
    const turns = [
      { choices: [{ message: { role: "assistant", content: "", tool_calls }, finish_reason: "tool_calls" }] },
    ];
    const troupe = await createTroupe({
      providers: { fake: { call: () => turns.pop() ?? "paid" } },
      servers: { bank: spied },
    });
    const run = troupe.run("Pay.", { pattern: "direct" });
    const { questions } = await run;
    assert.deepEqual(questions[0].arguments, seen);
    const asked = [];
    await troupe.resume(run.journal(), { approve: (question) => (asked.push(question.arguments), true) });
    assert.deepEqual(asked, [seen]);
    const number = JSON.stringify(Object.values(seen)[0]).replaceAll('"', "");
    if (!written.includes("usual"))
      assert.ok(
        heard.some((text) => text.includes(`:${number}}`)),
        heard.join("\n"),
      );
    await troupe.dispose();
  }
});
