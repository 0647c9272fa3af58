// One run's journal is passed from host to host, and ends with the bytes of a run that nobody interrupted.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { createTroupe } from "troupe";
import { chromiumHost, nativeHost, nodeHost, workerdHost } from "./hosts.mjs";

const scenario = JSON.parse(await readFile(new URL("scenario.json", import.meta.url), "utf8"));
let hosts, whole;

before(async () => {
  hosts = [];
  for (const host of [nativeHost, nodeHost, chromiumHost, workerdHost]) hosts.push(await host());
  whole = await journey([hosts[1]], 1000);
});
after(() => Promise.all(hosts.map((host) => host.close())));

/** Each host in turn goes on for some lines and dies, until the run has ended. */
async function journey(route, lines) {
  let journal = "";
  const done = [];
  const stops = [];
  for (let hop = 0; hop < 100; hop++) {
    const host = route[hop % route.length];
    const result = await host.leg({ scenario, journal, lines, done });
    assert.ok(result.journal.startsWith(journal), `${host.name} changed what was written before.`);
    journal = result.journal;
    done.push(...result.effects);
    stops.push(`${host.name} to line ${journal.split("\n").length - 1}`);
    if (result.ended) return { journal, done, stops };
  }
  assert.fail(`The run did not end: ${stops.join(", ")}.`);
}

const linesOf = (journal) => journal.trimEnd().split("\n");

/** Line by line, so that a failure shows the first that differs. */
function same(journal, stops) {
  const recorded = linesOf(whole.journal);
  linesOf(journal).forEach((line, index) => assert.equal(line, recorded[index], stops.join(", ")));
  assert.equal(journal, whole.journal);
}

/** What a tool without idempotency did, by step. */
function callsOf({ journal, done }) {
  const once = linesOf(journal)
    .map((line) => JSON.parse(line))
    .filter(({ kind, args, state }) => kind === "tool" && args?.tool === "send" && state === "begun");
  return once.map(({ step }) => done.filter(({ key }) => key === `${scenario.run}/${step}`).length);
}

test("the whole run has parallel calls, approvals, a denial and an unknown tool, and verifies", async () => {
  const troupe = await createTroupe();
  const proof = troupe.verify(whole.journal);
  await troupe.dispose();
  assert.deepEqual([proof.ok, proof.ended, proof.run], [true, true, scenario.run]);
  assert.deepEqual(callsOf(whole), [1, 1]);
  assert.match(whole.journal, /Nothing is burnt here/);
});

for (const index of [0, 2, 3]) {
  test(`${["native", "Node", "Chromium", "workerd"][index]} alone writes the same bytes as Node`, async () => {
    const { journal, stops } = await journey([hosts[index]], 1000);
    same(journal, stops);
  });
}

for (const lines of [1, 2, 3, 5]) {
  test(`native, Node, Chromium and workerd in turn, ${lines} lines each, write the same bytes`, async () => {
    const passed = await journey(hosts, lines);
    same(passed.journal, passed.stops);
    assert.deepEqual(callsOf(passed), [1, 1]);
    if (lines <= 3) assert.ok(passed.stops.length >= 4, passed.stops.join(", "));
  });
}

test("the way back, from workerd over Chromium and Node to native, writes the same bytes", async () => {
  const passed = await journey([...hosts].reverse(), 2);
  same(passed.journal, passed.stops);
  assert.deepEqual(callsOf(passed), [1, 1]);
});
