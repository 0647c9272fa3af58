import assert from "node:assert/strict";
import { test } from "node:test";
import { createTroupe } from "troupe";
import { Alarm, steadyClock } from "../../wasm/dist/clock.js";
import { startTroupe } from "../../wasm/dist/live-troupe.js";
import { says } from "./support/models.mjs";
import { tappedTroupe } from "./support/tapped.mjs";

/** The module's exports, of an engine that says nothing. */
const silent = {
  memory: new WebAssembly.Memory({ initial: 1 }),
  input: () => 8,
  step: () => undefined,
  output: () => 0,
  output_size: () => 0,
};

test("what happens in one turn of the microtask queue is one batch, and it begins with the time", async () => {
  const { troupe, batches } = await tappedTroupe({ providers: { fake: { call: async () => says("ok") } } });
  const before = batches.length;
  await Promise.all(Array.from({ length: 20 }, () => troupe.run("x")));
  assert.equal((batches.length - before) / 2, 2);
  for (let i = 0; i < batches.length; i += 2)
    assert.match(batches[i].toString("utf8", 4, 40), /^\{"kind":"now","ms":\d+\}/);
  await troupe.dispose();
});

test("what would make a batch too long is taken in several, and nothing is lost", async () => {
  const call = async (request) => says(request.json().messages.at(-1).content);
  const { troupe, batches } = await tappedTroupe({ providers: { fake: { call } } });
  const before = batches.length;
  const tasks = Array.from({ length: 300 }, (_, i) => `${i} ${"word ".repeat(100)}`.trim());
  const outcomes = await Promise.all(tasks.map((task) => troupe.run(task)));
  assert.deepEqual(
    outcomes.map(({ answer }) => answer),
    tasks,
  );
  const events = batches.slice(before).filter((_, i) => i % 2 === 0);
  assert.ok(events.length > 4);
  for (const batch of events) assert.ok(batch.length <= 1 << 17, `a batch of ${batch.length} bytes`);
  await troupe.dispose();
});

test("a verification in the middle of a command does not take the command's bytes away", async () => {
  const long = `${JSON.stringify({ journal: "troupe", pad: "x".repeat(24 << 20) })}\n`;
  const task = "read me ".repeat(5000);
  const call = (request) => {
    assert.equal(troupe.verify(long).ok, false);
    return request.json().messages.at(-1).content;
  };
  const troupe = await createTroupe({ providers: { fake: { call } } });
  const outcomes = await Promise.all([troupe.run(task), troupe.run(task)]);
  for (const { answer } of outcomes) assert.equal(answer.trim(), task.trim());
  await troupe.dispose();
});

test("an engine that breaks fails its runs with a sentence, and everything after", async () => {
  let steps = 0;
  const breaking = {
    ...silent,
    step() {
      if (++steps > 1) throw new WebAssembly.RuntimeError("unreachable");
    },
  };
  const troupe = await startTroupe({}, { load: async () => breaking });
  const broken = {
    name: "TroupeError",
    code: "engine",
    message: /^The engine broke: unreachable\. Its runs can be resumed\.$/,
  };
  await assert.rejects(Promise.resolve(troupe.run("x")), broken);
  await assert.rejects(Promise.resolve(troupe.run("y")), broken);
  await assert.rejects(troupe.probe({ provider: "offline" }), broken);
  await troupe.dispose();
});

test("an engine without memory for a batch says so", async () => {
  const full = { ...silent, input: (size) => (size > 1000 ? 0 : 8) };
  const troupe = await startTroupe({}, { load: async () => full });
  await assert.rejects(
    Promise.resolve(troupe.run("x".repeat(2000))),
    /The engine has no memory for \d+ bytes/,
  );
});

test("an alarm that the timer rings too early rings when it is time", async () => {
  let now = 1000;
  let rings = 0;
  const alarm = new Alarm(
    () => now,
    () => rings++,
  );
  alarm.set(1001);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(rings, 0);
  now = 1001;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(rings, 1);
  alarm.set(1002);
  alarm.stop();
  now = 2000;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(rings, 1);
});

test("the clock goes on where the wall clock is set back", async (t) => {
  const clock = steadyClock();
  const before = clock();
  t.mock.method(Date, "now", () => 0);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(clock() >= before + 3);
});

test("verify and describe need no run", async () => {
  const troupe = await createTroupe();
  assert.deepEqual(troupe.describe().protocol, 1);
  assert.equal(troupe.verify("{}\n").ok, false);
  await troupe.dispose();
});

test("what is given as the engine and is not says so, whatever it is", async () => {
  const why = async (wasm) => {
    const { name, code, message } = await createTroupe({ wasm }).catch((error) => error);
    assert.deepEqual([name, code], ["TroupeError", "engine"]);
    return message;
  };
  assert.match(await why(new Uint8Array([1, 2, 3])), /^What was given as "wasm" is not troupe\.wasm: /);
  assert.match(await why(new Response("<html>")), /^What was given as "wasm" is not troupe\.wasm: /);
  assert.equal(await why(new Response("", { status: 404 })), "troupe.wasm: HTTP status 404.");
  assert.match(await why("troupe.wasm"), /^The engine could not be loaded: /);
});
