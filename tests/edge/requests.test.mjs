// What the service says to requests that it cannot carry out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createTroupe } from "troupe";
import { wholeRun } from "../standin/events.mjs";
import { workerd } from "../standin/workerd.mjs";

const dist = fileURLToPath(new URL("../../edge/dist", import.meta.url));
let worker;

before(async () => void (worker = await workerd(dist)));
after(() => worker?.close());

async function refused(path, init, status, sentence) {
  const response = await fetch(new URL(path, worker.url), init);
  const body = await response.json();
  assert.deepEqual([response.status, body.error.status], [status, status]);
  assert.match(body.error.sentence, sentence);
  return response;
}

const post = (body, type = "application/json") => ({
  method: "POST",
  body,
  headers: { "content-type": type },
});
const task = (fields) => post(JSON.stringify({ task: "add 1 and 2", ...fields }));

async function journal() {
  const troupe = await createTroupe();
  const run = troupe.run("add 1 and 2");
  await run;
  await troupe.dispose();
  return run.journal();
}

test("health says what is deployed", async () => {
  const response = await fetch(new URL("health", worker.url));
  const { ok, release, protocol, journal_format, model, servers, tools } = await response.json();
  assert.deepEqual([response.status, ok, protocol, journal_format, model], [200, true, 1, 1, "offline"]);
  assert.match(release, /^\d+\.\d+\.\d+/);
  assert.deepEqual(servers, []);
  assert.deepEqual(tools, ["add", "count_words", "current_time"]);
});

test("a run without any provider is offline", async () => {
  const { ended } = await wholeRun(await fetch(new URL("runs", worker.url), task({ task: "add 17 and 25" })));
  assert.deepEqual([ended.model, ended.stop.reason], ["offline", "done"]);
  assert.match(ended.answer, /42/);
});

test("an unknown path lists those there are", async () => {
  await refused(
    "/run",
    {},
    404,
    /^There is nothing at \/run\. There are: \/runs, \/runs\/resume, \/verify, \/health, \/mcp\.$/,
  );
});

test("a wrong method says the right one", async () => {
  const response = await refused("/runs", {}, 405, /^\/runs takes POST, not GET\.$/);
  assert.equal(response.headers.get("allow"), "POST");
});

test("a body that is no JSON object is refused", async () => {
  await refused("/runs", post("{"), 400, /The body is not JSON/);
  await refused("/runs", post("[]"), 400, /not a JSON object/);
  await refused("/runs", post(new Uint8Array([0x7b, 0xff, 0x7d])), 400, /not UTF-8/);
});

test("a run needs a task", async () => {
  await refused("/runs", post("{}"), 400, /needs a "task"/);
  await refused("/runs", task({ task: "  " }), 400, /needs a "task"/);
  await refused("/runs", task({ tasks: "x" }), 400, /there is no "tasks"/);
});

test("options that do not exist or do not fit are refused", async () => {
  await refused(
    "/runs",
    task({ options: { modell: "x" } }),
    400,
    /The options are model, .*; there is no "modell"\./,
  );
  await refused("/runs", task({ options: { id: "x" } }), 400, /there is no "id"/);
  await refused("/runs", task({ options: { model: "x:y" } }), 400, /There is no provider "x"/);
  await refused("/runs", task({ options: { servers: ["files"] } }), 400, /There is no server "files"/);
  await refused(
    "/runs",
    task({ options: { approvals: "maybe" } }),
    400,
    /"allow", "ask" or "deny", not "maybe"/,
  );
  await refused("/runs", task({ options: { budget: 5 } }), 400, /budget/);
  await refused("/runs", task({ options: { budget: { dollars: 5 } } }), 400, /dollars/);
  await refused("/runs", task({ options: { limits: { turns: "3" } } }), 400, /turns/);
});

test("journals that are none, or were edited, or are foreign are refused", async () => {
  const good = await journal();
  await refused("/runs/resume", post("", "text/plain"), 400, /The body is empty/);
  await refused("/runs/resume", post("hello\n", "text/plain"), 400, /not a journal of troupe/);
  await refused("/runs/resume", post('{"a":1}\n', "text/plain"), 400, /not a journal of troupe/);
  await refused(
    "/runs/resume",
    post(good.replace('"state":"done"', '"state":"begun"'), "text/plain"),
    400,
    /broken in line/,
  );
  await refused("/runs/resume", post("{}"), 400, /needs a "journal"/);
  await refused(
    "/runs/resume",
    post(JSON.stringify({ journal: good, answers: ["yes"] })),
    400,
    /answers by step/,
  );
});

test("verify says whether a journal is whole, and where it is broken", async () => {
  const good = await journal();
  const ask = async (body) => (await fetch(new URL("verify", worker.url), post(body, "text/plain"))).json();
  const proof = await ask(good);
  assert.deepEqual([proof.ok, proof.ended, proof.torn, proof.task], [true, true, false, "add 1 and 2"]);
  const lines = good.split("\n");
  const { ok, sentence } = await ask([lines[0], ...lines.slice(2)].join("\n"));
  assert.equal(ok, false);
  assert.match(sentence, /broken in line 2/);
});

test("a run that has ended is not run again", async () => {
  const whole = await journal();
  const { events, ended } = await wholeRun(
    await fetch(new URL("runs/resume", worker.url), post(whole, "text/plain")),
    whole,
  );
  assert.equal(ended.stop.reason, "done");
  assert.equal(events.filter(({ event }) => event === "entry").length, 0);
});

test("a body beyond the limit is refused, whether it says its length or not", async () => {
  const large = new Uint8Array((16 << 20) + 1).fill(0x20);
  await refused("/verify", post(large, "text/plain"), 413, /larger than 16 MB/);
  const pieces = new ReadableStream({
    start(controller) {
      for (let i = 0; i <= 16; i++) controller.enqueue(large.subarray(0, 1 << 20));
      controller.close();
    },
  });
  await refused("/verify", { ...post(pieces, "text/plain"), duplex: "half" }, 413, /larger than 16 MB/);
});

test("a binding that is no JSON is said to be wrong", async () => {
  const wrong = await workerd(dist, { MCP_SERVERS: "search=https://example.com" });
  try {
    const response = await fetch(new URL("health", wrong.url));
    assert.equal(response.status, 500);
    assert.match((await response.json()).error.sentence, /The binding MCP_SERVERS must be JSON/);
  } finally {
    await wrong.close();
  }
});
