// Runs over HTTP in a real workerd.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createTroupe } from "troupe";
import { eventsOf, wholeRun } from "../standin/events.mjs";
import { everything } from "../standin/everything.mjs";
import { openAi } from "../standin/openai.mjs";
import { workerd } from "../standin/workerd.mjs";

const dist = fileURLToPath(new URL("../../edge/dist", import.meta.url));
let model, servers, worker, reply;

before(async () => {
  model = await openAi((body, turn) => reply(body, turn));
  servers = await everything();
  worker = await workerd(dist, {
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: "key of the deployment",
    OPENAI_MODEL: "test-model",
    MCP_SERVERS: JSON.stringify({ everything: { url: servers.url } }),
    KEEP_ALIVE_MS: "100",
  });
});

after(() => Promise.all([worker?.close(), servers?.close(), model?.close()]));

const post = (path, body, init = {}) =>
  fetch(new URL(path, worker.url), {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...init,
  });
const start = (task, options) => post("runs", { task, options });
const resume = (body) =>
  post("runs/resume", body, {
    headers: { "content-type": typeof body === "string" ? "application/x-ndjson" : "application/json" },
  });

async function verified(journal) {
  const response = await post("verify", journal);
  assert.equal(response.status, 200);
  return response.json();
}

test("a run streams its journal and its text, and ends with the outcome", async () => {
  reply = (_body, turn) => (turn === 0 ? { calls: [["add", { a: 17, b: 25 }]] } : { text: "It is 42." });
  const response = await start("What is 17 and 25?", { servers: [] });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type"), /^text\/event-stream/);
  const { events, journal, ended } = await wholeRun(response);
  assert.equal(ended.answer, "It is 42.");
  assert.equal(ended.stop.reason, "done");
  assert.equal(
    events
      .filter(({ event }) => event === "text")
      .map(({ json }) => json.text)
      .join(""),
    "It is 42.",
  );
  const proof = await verified(journal);
  assert.deepEqual([proof.ok, proof.ended, proof.hash, proof.lines], [true, true, ended.hash, ended.lines]);
  assert.equal(model.requests.at(-1).headers.authorization, "Bearer key of the deployment");
  assert.doesNotMatch(journal, /key of the deployment/);
});

test("text arrives in pieces while the model still writes", async () => {
  reply = () => ({ pieces: ["one ", "two ", "three"], pauseMs: 150 });
  const { events } = await wholeRun(await start("Count", { servers: [] }));
  const pieces = events.filter(({ event }) => event === "text");
  assert.deepEqual(
    pieces.map(({ json }) => json.text),
    ["one ", "two ", "three"],
  );
  const spread = pieces[2].at - pieces[0].at;
  assert.ok(spread > 150, `The pieces came within ${spread} ms.`);
});

test("a silent stream has signs of life", async () => {
  reply = () => ({ pieces: ["slow", "ly"], pauseMs: 350 });
  const { events } = await wholeRun(await start("Take your time", { servers: [] }));
  assert.ok(events.filter(({ comment }) => comment !== undefined).length >= 2);
});

test("a tool of an MCP server over HTTP is called, when the client allows it beforehand", async () => {
  reply = (body, turn) => {
    if (turn === 0) return { calls: [["echo", { message: "hello from workerd" }]] };
    return { text: `The server said: ${body.messages.at(-1).content}` };
  };
  const { ended } = await wholeRun(await start("Say hello", { approvals: "allow" }));
  assert.match(ended.answer, /The server said: .*hello from workerd/);
});

test("a question pauses the run, and an answer sent with the journal lets it go on", async () => {
  reply = (body, turn) => {
    if (turn === 0) return { calls: [["echo", { message: "may I?" }]] };
    return { text: body.messages.at(-1).content };
  };
  const first = await wholeRun(await start("Ask before you call", { approvals: { tools: { echo: "ask" } } }));
  assert.equal(first.ended.stop.reason, "approval");
  assert.equal(first.ended.stop.resumable, true);
  const question = first.events.find(({ event }) => event === "question").json;
  assert.deepEqual(
    [question.subject, question.tool, question.arguments],
    ["approval", "echo", { message: "may I?" }],
  );

  const denied = { [question.step]: { approve: false, reason: "not today" } };
  const no = await wholeRun(await resume({ journal: first.journal, answers: denied }), first.journal);
  assert.match(no.ended.answer, /denied by a person: not today/);

  const allowed = { [question.step]: { approve: true, hash: question.hash } };
  const yes = await wholeRun(await resume({ journal: first.journal, answers: allowed }), first.journal);
  assert.match(yes.ended.answer, /may I\?/);
  assert.equal((await verified(yes.journal)).ended, true);
});

test("an approval of other arguments than those asked about is a denial", async () => {
  reply = (body, turn) =>
    turn === 0 ? { calls: [["echo", { message: "x" }]] } : { text: body.messages.at(-1).content };
  const first = await wholeRun(await start("Ask", { approvals: { tools: { echo: "ask" } } }));
  const { step } = first.events.find(({ event }) => event === "question").json;
  const forged = { [step]: { approve: true, hash: "0".repeat(32) } };
  const { ended } = await wholeRun(await resume({ journal: first.journal, answers: forged }), first.journal);
  assert.match(ended.answer, /denied/);
});

test("a client that goes away suspends the run, and has all that is needed to go on", async () => {
  let silent = true;
  reply = (body, turn) => {
    if (turn === 0) return { calls: [["add", { a: 1, b: 2 }]] };
    return silent ? { pieces: ["I th"], hang: true } : { text: `It is ${body.messages.at(-1).content}.` };
  };
  const asked = model.requests.length;
  const leaving = new AbortController();
  const response = await post(
    "runs",
    { task: "1 and 2?", options: { servers: [] } },
    { signal: leaving.signal },
  );
  let journal = "";
  for await (const { event, data } of eventsOf(response)) {
    if (event === "entry") journal += `${data}\n`;
    if (event === "text") break;
  }
  leaving.abort();
  await until(() => model.requests.at(-1).broken);
  assert.equal(model.requests.length, asked + 2);

  silent = false;
  const { ended, journal: whole } = await wholeRun(await resume(journal), journal);
  assert.equal(ended.answer, "It is 3.");
  assert.equal((await verified(whole)).hash, ended.hash);
  // The reply that was complete is not asked for again.
  assert.equal(model.requests.length, asked + 3);
});

test("a journal torn in the middle of a line goes on from its last whole one", async () => {
  reply = (_body, turn) => (turn === 0 ? { calls: [["add", { a: 2, b: 2 }]] } : { text: "4" });
  const { journal } = await wholeRun(await start("2 and 2?", { servers: [] }));
  const torn = journal.slice(0, journal.lastIndexOf('"kind":"end"'));
  const kept = torn.slice(0, torn.lastIndexOf("\n") + 1);
  const { ended, journal: whole } = await wholeRun(await resume(torn), kept);
  assert.equal(ended.answer, "4");
  assert.equal((await verified(whole)).hash, ended.hash);
});

test("a run of Node is finished in workerd", async () => {
  reply = (body, turn) =>
    turn === 0 ? { calls: [["add", { a: 20, b: 22 }]] } : { text: body.messages.at(-1).content };
  const troupe = await createTroupe({
    providers: { openai: { url: model.url, model: "test-model" } },
    tools: await adding(),
  });
  const run = troupe.run("20 and 22?");
  for await (const event of run) if (event.type === "step" && event.kind === "tool") await run.suspend();
  const begun = run.journal();
  await troupe.dispose();
  const { ended, journal } = await wholeRun(await resume(begun), begun);
  assert.equal(ended.answer, "42");
  assert.ok(journal.startsWith(begun) && journal.length > begun.length);
});

async function adding() {
  const { tool } = await import("troupe");
  const input = { type: "object", properties: { a: { type: "number" }, b: { type: "number" } } };
  return [tool({ name: "add", description: "Adds.", input, readOnly: true, run: ({ a, b }) => a + b })];
}

async function until(holds) {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 100, "It did not happen within five seconds.");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
