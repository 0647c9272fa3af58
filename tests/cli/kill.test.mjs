// kill -9 at any moment: `troupe resume` finishes the run, and no effect happens twice without somebody being asked.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { begin, folder, journals, ledgerServer, recordedServer, troupe, until } from "./program.mjs";

const TASK = 'Move a.txt to b.txt, then write "done" to c.txt, then read b.txt';

/** The offline model, the filesystem server, approved writes; killed when the journal has `lines` lines. */
async function killedAt(lines, answerMs) {
  const cwd = folder({ "files/a.txt": "first words\n" });
  const calls = join(cwd, "calls.txt");
  const server = ["--", process.execPath, recordedServer, calls, join(cwd, "files"), String(answerMs)];
  const { child, ended } = begin(cwd, ["run", TASK, "--approve", "all", ...server]);
  const count = () => (existsSync(join(cwd, "runs")) ? (journals(cwd)[0] ?? "").split("\n").length - 1 : 0);
  await until(() => count() >= lines || child.exitCode !== null);
  child.kill("SIGKILL");
  await ended;
  return { cwd, made: () => (existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : []) };
}

const times = (made, tool) => made.filter((call) => call.startsWith(`${tool} `)).length;

/** `move_file` may not be done twice, `write_file` says that it may: only the first one is asked about. */
async function finish({ cwd, made }) {
  const first = await troupe(cwd, ["resume"]);
  if (first.code === 0) {
    assert.equal(times(made(), "move_file"), 1);
    return first;
  }
  assert.equal(first.code, 4, first.stderr);
  assert.match(first.stderr, /Was move_file .* done before the last host stopped\?/);
  assert.ok(times(made(), "move_file") <= 1);
  // What a person would do: look, and say.
  const choice = existsSync(join(cwd, "files/b.txt")) ? "skip" : "retry";
  return troupe(cwd, ["resume", "--in-doubt", choice]);
}

/** Line by line: header, tools, then reply, begun and done of each call, and the end. */
const moments = [1, 2, 3, 4, 5, 6, 7, 8, 9]
  .map((lines) => [lines, 0])
  .concat([4, 5, 7].map((lines) => [lines, 60]));

for (const [lines, answerMs] of moments) {
  test(`killed at line ${lines} of the journal, the server answers after ${answerMs} ms`, async () => {
    const killed = await killedAt(lines, answerMs);
    const { cwd } = killed;
    if (journals(cwd)[0].includes('"kind":"end"')) return; // it was quicker than the signal
    const { code, stdout, stderr } = await finish(killed);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /first words/);
    assert.equal(readFileSync(join(cwd, "files/b.txt"), "utf8"), "first words\n");
    assert.equal(readFileSync(join(cwd, "files/c.txt"), "utf8"), "done");
    const [, run] = /"run":"([^"]+)"/.exec(journals(cwd)[0]);
    assert.equal((await troupe(cwd, ["verify", run])).code, 0);
  });
}

test("killed with an effect under way: resume asks, and its result can be taken as done", async () => {
  const cwd = folder({ "ledger.txt": "" });
  const file = join(cwd, "ledger.txt");
  const server = ["--", process.execPath, ledgerServer, file];
  const { child, ended } = begin(cwd, ["run", 'Append the line "one"', "--approve", "all", ...server]);
  await until(() => readFileSync(file, "utf8") !== "");
  child.kill("SIGKILL");
  await ended;
  if (/"kind":"end"|"kind":"tool".*"state":"done"/.test(journals(cwd)[0])) return; // it was quicker than the signal
  const asked = await troupe(cwd, ["resume"]);
  assert.equal(asked.code, 4);
  assert.match(asked.stderr, /Was append_line line: one done before the last host stopped\?/);
  const listed = await troupe(cwd, ["list"]);
  assert.match(listed.stdout, /in doubt/);
  const { code } = await troupe(cwd, ["resume", "--in-doubt", "skip"]);
  assert.equal(code, 0);
  assert.equal(readFileSync(file, "utf8"), "one\n");
});

test("the demonstration, killed, is finished by `troupe resume` alone: its servers are remembered", async () => {
  const cwd = folder({ "docs/a.md": "# First title\n", "docs/b.md": "# Second title\n" });
  const { child, ended } = begin(cwd, ["demo"]);
  await until(() => existsSync(join(cwd, "runs")) && (journals(cwd)[0] ?? "").split("\n").length > 2);
  child.kill("SIGKILL");
  await ended;
  const [before] = journals(cwd);
  if (before.includes('"kind":"end"')) return; // it was quicker than the signal
  const { code, stdout, stderr } = await troupe(cwd, ["resume"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /First title[\s\S]*Second title/);
  assert.ok(journals(cwd)[0].startsWith(before.slice(0, before.lastIndexOf("\n") + 1)));
});

test("a run that another process works on is not resumed", async () => {
  const cwd = folder({ "files/a.txt": "x" });
  const server = ["--", process.execPath, recordedServer, join(cwd, "calls.txt"), join(cwd, "files"), "2000"];
  const { child, ended } = begin(cwd, ["run", TASK, "--approve", "all", ...server]);
  await until(() => existsSync(join(cwd, "runs")) && journals(cwd).length === 1);
  const name = /"run":"([^"]+)"/;
  await until(() => name.test(journals(cwd)[0]));
  const [, run] = name.exec(journals(cwd)[0]);
  const { code, stderr } = await troupe(cwd, ["resume", run]);
  assert.equal(code, 6);
  assert.match(stderr, /is in use by process/);
  assert.match((await troupe(cwd, ["list"])).stdout, /running/);
  child.kill("SIGKILL");
  await ended;
});
