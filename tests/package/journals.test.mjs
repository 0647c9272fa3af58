import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, readFile, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { createTroupe, fileJournal, memoryJournal, tool } from "troupe";
import { temporaryFolder } from "./support/folder.mjs";
import { calls, eventsOf, linesOf, says, scripted } from "./support/models.mjs";

const troupes = [];
after(() => Promise.all(troupes.map((troupe) => troupe.dispose())));

async function troupeWith(options) {
  const troupe = await createTroupe(options);
  troupes.push(troupe);
  return troupe;
}

/** A model that sends three mails and then says so, by what it was sent: it may be resumed anywhere. */
function mailer() {
  const sent = [];
  const send = tool({ name: "send", description: "", run: ({ n }) => (sent.push(n), `sent ${n}`) });
  const call = (request) => {
    const done = request.json().messages.filter(({ role }) => role === "tool").length;
    return done < 3 ? calls("send", { n: done }) : says(`Sent ${done}.`);
  };
  return { sent, options: { providers: { fake: { call } }, tools: [send] } };
}

test("every line is in the file when it counts, and the file is the run's journal", async (t) => {
  const folder = await temporaryFolder(t);
  const { options } = mailer();
  const troupe = await troupeWith({ ...options, journal: fileJournal(join(folder, "runs")) });
  const run = troupe.run("Mail.");
  assert.equal((await run).answer, "Sent 3.");
  const text = await readFile(join(folder, "runs", `${run.id}.jsonl`), "utf8");
  assert.equal(text, run.journal());
  assert.deepEqual(await readdir(join(folder, "runs")), [`${run.id}.jsonl`]);
  assert.equal(troupe.verify(text).ok, true);
});

test("a run goes on from every prefix of its journal, and no mail is sent twice", async () => {
  const first = mailer();
  const troupe = await troupeWith(first.options);
  const run = troupe.run("Mail.");
  await run;
  const lines = run.journal().split("\n").slice(0, -1);
  for (let keep = 1; keep <= lines.length; keep++) {
    const prefix = `${lines.slice(0, keep).join("\n")}\n${keep % 2 ? "" : '{"torn":'}`;
    const again = mailer();
    const other = await troupeWith(again.options);
    const outcome = await other.resume(prefix, { ask: () => ({ choice: "retry" }) });
    assert.equal(outcome.answer, "Sent 3.", `after ${keep} lines`);
    const done = linesOf(lines.slice(0, keep).join("\n")).filter(
      ({ kind, state }) => kind === "tool" && state === "done",
    );
    assert.deepEqual(again.sent, [0, 1, 2].slice(done.length), `after ${keep} lines`);
  }
});

test("a call that a crash left open is asked about", async () => {
  const { options } = mailer();
  const troupe = await troupeWith(options);
  const run = troupe.run("Mail.");
  await run;
  const lines = run.journal().split("\n");
  const open = lines.findIndex((line) => line.includes('"state":"begun"')) + 1;
  const prefix = lines.slice(0, open).join("\n") + "\n";
  const paused = await (await troupeWith(mailer().options)).resume(prefix);
  assert.equal(paused.stop.reason, "in_doubt");
  assert.equal(paused.questions[0].subject, "in_doubt");
  const skipping = mailer();
  const questions = [];
  const ask = (question) => (questions.push(question), { choice: "skip" });
  await (await troupeWith(skipping.options)).resume(prefix, { ask });
  assert.match(questions[0].sentence, /It is not known whether this was done/);
  assert.deepEqual(questions[0].args, { tool: "send", arguments: { n: 0 } });
  assert.deepEqual(skipping.sent, [1, 2]);
});

test("after kill -9 another process resumes from the file, and no mail is sent twice", async (t) => {
  const folder = await temporaryFolder(t);
  const child = spawn(process.execPath, [join(import.meta.dirname, "support/dies.mjs"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "close");
  const id = said.toString().trim();
  await appendFile(join(folder, `${id}.jsonl`), '{"half a line');
  const { sent, options } = mailer();
  const troupe = await troupeWith({
    ...options,
    journal: fileJournal(folder),
    ask: () => ({ choice: "result", result: { text: "sent 2" } }),
  });
  const run = troupe.resume(id);
  assert.equal((await run).answer, "Sent 3.");
  assert.deepEqual(sent, []);
  const text = await readFile(join(folder, `${id}.jsonl`), "utf8");
  assert.equal(text, run.journal());
  assert.equal(troupe.verify(text).ok, true);
  assert.equal(troupe.verify(text).torn, false);
});

test("a journal that is in use cannot be taken, and one that is there is not overwritten", async (t) => {
  const folder = await temporaryFolder(t);
  const { options } = mailer();
  const hang = { ...options, providers: { fake: { call: () => new Promise(() => {}) } } };
  const troupe = await troupeWith({ ...hang, journal: fileJournal(folder) });
  const run = troupe.run("Hang.", { id: "one" });
  for await (const event of run) if (event.kind === "tools") break;
  const other = await troupeWith({ ...options, journal: fileJournal(folder) });
  await assert.rejects(Promise.resolve(other.resume("one")), {
    code: "journal",
    message: /in use by process \d+ on .*\.lock/,
  });
  await run.suspend();
  assert.equal((await other.resume("one")).answer, "Sent 3.");
  await assert.rejects(Promise.resolve(other.run("x", { id: "one" })), /There is a run "one" already/);
  await assert.rejects(
    Promise.resolve(other.run("x", { id: "../up" })),
    /cannot be the name of a run's file/,
  );
  await assert.rejects(Promise.resolve(other.resume("nothing")), { code: "not_found" });
});

test("a lock that a dead process left is taken over", async (t) => {
  const folder = await temporaryFolder(t);
  const { options } = mailer();
  const troupe = await troupeWith({ ...options, journal: fileJournal(folder) });
  const { hostname } = await import("node:os");
  const dead = spawn(process.execPath, ["-e", ""]);
  await once(dead, "close");
  const owner = { pid: dead.pid, thread: 0, host: hostname() };
  await writeFile(join(folder, "left.jsonl.lock"), JSON.stringify(owner));
  assert.equal((await troupe.run("Mail.", { id: "left" })).answer, "Sent 3.");
  await writeFile(join(folder, "far.jsonl.lock"), JSON.stringify({ ...owner, host: "elsewhere" }));
  await assert.rejects(
    Promise.resolve(troupe.run("Mail.", { id: "far" })),
    /in use by process \d+ on elsewhere/,
  );
});

test("a store brings in a journal from elsewhere, but never loses lines that it has", async () => {
  const { options } = mailer();
  const first = await troupeWith(options);
  const run = first.run("Mail.");
  await run;
  const lines = run.journal().split("\n");
  const shorter = lines.slice(0, 4).join("\n") + "\n";
  const store = memoryJournal();
  const second = await troupeWith({ ...options, journal: store, ask: () => ({ choice: "retry" }) });
  await second.resume(shorter);
  const kept = await store.read(run.id);
  assert.equal(second.verify(kept).ended, true);
  await assert.rejects(
    Promise.resolve(second.resume(shorter)),
    /The store has more of run .* Resume it by its name/,
  );
  const foreign = run.journal();
  await assert.rejects(Promise.resolve(second.resume(foreign)), /The store has another journal of run/);
});

test("a store that fails suspends the run, and nothing that depends on the lines leaves", async () => {
  const store = { ...memoryJournal(), durable: true };
  let writes = 0;
  const append = store.append;
  store.append = async (...args) => {
    if (++writes === 3) throw new Error("the disk is full");
    return append(...args);
  };
  const { sent, options } = mailer();
  const run = (await troupeWith({ ...options, journal: store })).run("Mail.");
  const { stop } = await run;
  assert.equal(stop.reason, "journal");
  assert.match(stop.sentence, /The journal could not be written: the disk is full/);
  assert.ok(sent.length <= 1);
  const stored = await store.read(run.id);
  assert.equal(
    (await (await troupeWith(options)).resume(stored, { ask: () => ({ choice: "retry" }) })).answer,
    "Sent 3.",
  );
});

test("a store that does not answer has failed after a while: a run that is stopped ends, and so does the troupe", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const turns = async () => {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  let go;
  const closed = [];
  const memory = memoryJournal();
  const never = () => new Promise(() => {});
  const slow = (more) => ({ ...memory, durable: true, close: async (run) => void closed.push(run), ...more });
  const troupe = await createTroupe({
    journal: slow({ append: () => new Promise((resolve) => (go = resolve)) }),
  });
  const run = troupe.run("add 17 and 25", { id: "slow" });
  const other = troupe.run("add 17 and 25", { id: "other" });
  await turns();
  const cancelled = run.cancel();
  await turns();
  t.mock.timers.tick(30_000);
  const { stop } = await cancelled;
  assert.equal(stop.reason, "journal");
  assert.match(stop.sentence, /The journal store has not answered for 30 seconds/);
  assert.equal((await other).stop.reason, "journal");
  assert.deepEqual(closed, []); // what is under way may come yet
  go();
  await turns();
  assert.deepEqual(closed, ["other"]);
  await troupe.dispose();

  const deaf = await createTroupe({ journal: slow({ open: never }) });
  const waiting = deaf.run("add 17 and 25");
  await turns();
  t.mock.timers.tick(30_000);
  await assert.rejects(async () => waiting, { code: "journal", message: /has not answered for 30 seconds/ });
  await deaf.dispose();
});

test("a run that waits for a tool of the application goes on only where that is", async (t) => {
  const call = (request) =>
    request.json().messages.some(({ role }) => role === "tool")
      ? "Done."
      : { toolCalls: [{ name: "remove" }] };
  const providers = { fake: { call } };
  const remove = tool({ name: "remove", description: "Removes.", destructive: true, run: () => "removed" });
  const journal = memoryJournal();
  const first = await createTroupe({ providers, tools: [remove], journal });
  const run = first.run("Remove it.", { pattern: "direct" });
  assert.equal((await run).stop.reason, "approval");
  await first.dispose();
  const approve = () => true;
  const without = await createTroupe({ providers, approve, journal });
  t.after(() => without.dispose());
  for (const given of [run.id, run.journal()])
    await assert.rejects(async () => without.resume(given), {
      code: "not_found",
      message: /waits for a call of the application's tool "remove", which is not given here\. Give it to/,
    });
  assert.equal(await journal.read(run.id), run.journal());
  const second = await createTroupe({ providers, tools: [remove], approve, journal });
  t.after(() => second.dispose());
  const resumed = second.resume(run.id);
  assert.equal((await resumed).answer, "Done.");
  assert.equal((await without.resume(resumed.journal())).answer, "Done."); // it is over
});

test("a replay gives the same answer and events, and does nothing", async () => {
  const { sent, options } = mailer();
  const troupe = await troupeWith(options);
  const run = troupe.run("Mail.");
  const live = await eventsOf(run);
  const replay = (await troupeWith({})).replay(run.journal());
  const replayed = await eventsOf(replay);
  assert.deepEqual(sent, [0, 1, 2]);
  assert.deepEqual(await replay, await run);
  const steps = (events) =>
    events.filter(({ type }) => type === "step").map((event) => ({ ...event, replayed: true }));
  assert.deepEqual(steps(replayed), steps(live));
  assert.equal(replay.journal(), run.journal());
});

test("a fork goes its own way from a step on, under its own name", async () => {
  const { sent, options } = mailer();
  const store = memoryJournal();
  const troupe = await troupeWith({ ...options, journal: store });
  const run = troupe.run("Mail.");
  const steps = (await eventsOf(run)).filter(({ kind }) => kind === "tool");
  const fork = troupe.fork(run.journal(), { at: steps[0].step, result: { text: "refused", failed: true } });
  assert.notEqual(fork.id, run.id);
  assert.equal((await fork).answer, "Sent 3.");
  assert.deepEqual(sent, [0, 1, 2, 1, 2]);
  assert.match(fork.journal(), /"refused"/);
  assert.equal(await store.read(fork.id), fork.journal());
  assert.deepEqual(linesOf(fork.journal())[0].parent, { at: steps[0].step, run: run.id });
  await assert.rejects(Promise.resolve(troupe.fork(run.journal(), { at: "9.9" })), {
    code: "not_found",
    message: /no step "9\.9"\. Its steps: 1, 2, 0\.0/,
  });
});

test("an edited, cut, swapped or foreign journal is told from a true one", async () => {
  const { options } = mailer();
  const troupe = await troupeWith(options);
  const run = troupe.run("Mail.");
  await run;
  const journal = run.journal();
  const lines = journal.trim().split("\n");
  assert.equal(troupe.verify(journal).lines, lines.length);
  const sentence = (text) => {
    const { ok, sentence } = troupe.verify(text);
    return ok ? "ok" : sentence;
  };
  assert.match(
    sentence(journal.replace("sent 1", "sent 9")),
    /The journal is broken in line \d+: it does not follow from the line before it/,
  );
  assert.match(
    sentence([lines[0], lines[2], lines[1], ...lines.slice(3)].join("\n") + "\n"),
    /broken in line 2/,
  );
  assert.match(sentence(lines.filter((_, i) => i !== 3).join("\n") + "\n"), /broken in line 4/);
  assert.match(sentence("hello\n"), /This is not a journal of troupe/);
  assert.match(sentence(""), /The journal is empty/);
  const cut = troupe.verify(journal.slice(0, -10));
  assert.deepEqual([cut.ok, cut.torn, cut.ended], [true, true, false]);
  await assert.rejects(Promise.resolve(troupe.resume(journal.replace("sent 1", "sent 9"))), {
    code: "journal",
  });
});

test("a replay that attempts something else says what was recorded and what was attempted", async () => {
  const { options } = mailer();
  const troupe = await troupeWith(options);
  const run = troupe.run("Mail.");
  await run;
  const other = await troupeWith({ ...options, tools: [] });
  const lines = run.journal().split("\n").slice(0, -3).join("\n") + "\n";
  const outcome = await other.resume(lines);
  assert.ok(["done", "diverged"].includes(outcome.stop.reason));
});

test("the memory store lists, and keeps runs apart", async () => {
  const store = memoryJournal();
  const bytes = (text) => new TextEncoder().encode(text);
  await store.open("b", "create");
  await store.append("b", 0, bytes("one\ntwo\n"));
  await store.append("b", 4, bytes("2\n"));
  await store.open("a", "create");
  await store.append("a", 0, bytes("x\n"));
  assert.deepEqual(await store.list(), ["a", "b"]);
  assert.equal(await store.read("b"), "one\n2\n");
  await assert.rejects(store.open("b", "append"), /in use/);
  await store.close("b");
  await assert.rejects(store.open("b", "create"), /already/);
});

test("a run that is refused leaves its name free, and no journal", async (t) => {
  const folder = await temporaryFolder(t);
  const { options } = mailer();
  const troupe = await troupeWith({ ...options, journal: fileJournal(folder) });
  await assert.rejects(async () => troupe.run("Mail.", { id: "job-1", budget: { tokens: 1.5 } }), {
    code: "invalid_input",
  });
  assert.deepEqual(await readdir(folder), []);
  assert.equal((await troupe.run("Mail.", { id: "job-1" })).answer, "Sent 3.");
});

test("a lock that a full disk left empty is taken over, one that is just being written is waited for", async (t) => {
  const folder = await temporaryFolder(t);
  const { options } = mailer();
  await writeFile(join(folder, "old.jsonl.lock"), "");
  const past = new Date(Date.now() - 60_000);
  await utimes(join(folder, "old.jsonl.lock"), past, past);
  const troupe = await troupeWith({ ...options, journal: fileJournal(folder) });
  assert.equal((await troupe.run("Mail.", { id: "old" })).answer, "Sent 3.");
  await writeFile(join(folder, "new.jsonl.lock"), "");
  await assert.rejects(async () => troupe.run("Mail.", { id: "new" }), /is in use by another process/);
});

test("who is refused a journal leaves it to whom it belongs", async (t) => {
  const folder = await temporaryFolder(t);
  const sent = [];
  let go;
  const send = tool({
    name: "send",
    description: "",
    run: ({ n }) => new Promise((done) => (go = () => done(sent.push(n)))),
  });
  const model = () => {
    const { call } = scripted(calls("send", { n: 1 }), says("sent"));
    return {
      providers: { fake: { call } },
      tools: [send],
      journal: fileJournal(folder),
      approve: () => true,
    };
  };
  const [one, other] = [await createTroupe(model()), await createTroupe(model())];
  t.after(() => Promise.all([one.dispose(), other.dispose()]));
  const run = one.run("Send it.", { id: "same", pattern: "direct" });
  run.then(() => undefined);
  while (!go) await new Promise((soon) => setTimeout(soon, 5));
  for (let tries = 0; tries < 2; tries++)
    await assert.rejects(async () => other.resume("same"), /is in use by process/);
  await assert.rejects(async () => other.run("Send it.", { id: "same" }), /is in use by process/);
  go();
  assert.equal((await run).answer, "sent");
  assert.deepEqual(sent, [1]);
  assert.equal(one.verify(await fileJournal(folder).read("same")).ended, true);
});

test("a mark that an editor put before a journal does no harm, and what is neither journal nor name is said to be so", async (t) => {
  const troupe = await createTroupe();
  t.after(() => troupe.dispose());
  const run = troupe.run("add 17 and 25");
  const { answer, hash } = await run;
  const marked = `\uFEFF${run.journal()}`;
  assert.deepEqual(troupe.verify(marked).ok, true);
  assert.deepEqual((await troupe.replay(marked)).hash, hash);
  assert.deepEqual((await troupe.resume(marked)).answer, answer);
  for (const given of ["", "Dear diary,\ntoday", "x".repeat(300)])
    await assert.rejects(
      async () => troupe.resume(given),
      /What begins with ".*" is neither a journal, .* nor the name of a run\./,
    );
});

test("a run can be caught and ended as a promise can", async (t) => {
  const troupe = await createTroupe();
  t.after(() => troupe.dispose());
  let ended = 0;
  const outcome = await troupe.run("add 17 and 25").finally(() => ended++);
  assert.deepEqual([outcome.stop.reason, ended], ["done", 1]);
  const { code } = await troupe.resume("nobody-knows").catch((error) => error);
  assert.equal(code, "journal");
});
