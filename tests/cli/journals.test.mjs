// `show`, `list`, `verify`, `replay` and `fork`, on runs of the offline model over real files.
import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";

import { folder, journals, troupe } from "./program.mjs";

const files = createRequire(import.meta.url).resolve("@modelcontextprotocol/server-filesystem/dist/index.js");
let cwd;
let run;
let file;

before(async () => {
  cwd = folder({ "docs/a.txt": "alpha beta\n", "docs/b.txt": "gamma\n" });
  const server = ["--", process.execPath, files, cwd];
  const { code, stderr } = await troupe(cwd, [
    "run",
    "List the files in docs, then read each of them",
    ...server,
  ]);
  assert.equal(code, 0, stderr);
  run = JSON.parse(journals(cwd)[0].split("\n")[0]).run;
  file = join(cwd, "runs", `${run}.jsonl`);
});

test("show draws the steps as a tree, with what they were given and gave", async () => {
  const { code, stdout } = await troupe(cwd, ["show", run.slice(-6)]);
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^${run} {2}done`));
  assert.match(stdout, /├─ ✓ 0\.0 tools {2}14 tools of /);
  assert.match(stdout, /├─ ✓ 0\.1 model {2}calls list_directory/);
  assert.match(stdout, /├─ ✓ 0\.2\.0 list_directory {2}path: docs/);
  assert.match(stdout, /read_text_file {2}path: docs\/a\.txt.*\n│ +alpha beta/);
  assert.match(stdout, /✓ done\n/);
});

test("show --full leaves nothing out, and --json is for programs", async () => {
  const { stdout } = await troupe(cwd, ["show", run, "--full"]);
  assert.match(stdout, /arguments\n│ {6}\{\n│ {8}"path": "docs\/a\.txt"/);
  const { steps, verified } = JSON.parse((await troupe(cwd, ["show", run, "--json"])).stdout);
  assert.equal(verified.ok, true);
  assert.deepEqual(
    steps.filter(({ kind }) => kind === "tool").map(({ args }) => args.tool),
    ["list_directory", "read_text_file", "read_text_file"],
  );
});

test("list tells the state of every run", async () => {
  const { stdout } = await troupe(cwd, ["list"]);
  assert.match(stdout, new RegExp(`${run} +done +just now +List the files in docs`));
  const [first] = JSON.parse((await troupe(cwd, ["list", "--json"])).stdout);
  assert.equal(first.state, "done");
  assert.equal(first.resumable, false);
});

test("verify says what was tampered with: exit code 6", async () => {
  const whole = await troupe(cwd, ["verify", run]);
  assert.equal(whole.code, 0);
  assert.match(
    whole.stdout,
    /its chain holds[\s\S]*the last one\. That it is as it was written, compare the hash/,
  );
  const broken = join(cwd, "edited.jsonl");
  writeFileSync(broken, readFileSync(file, "utf8").replace("alpha beta", "alpha bets"));
  for (const command of ["verify", "show", "replay"]) {
    const { code, stdout, stderr } = await troupe(cwd, [command, broken]);
    assert.equal(code, 6, command);
    assert.match(stdout + stderr, /does not follow from the line before it/);
  }
  const { code, stderr } = await troupe(cwd, ["verify", join(cwd, "docs/a.txt")]);
  assert.equal(code, 6);
  assert.match(stderr, /is not a journal of troupe/);
});

test("half a line at the end, as a crash leaves it, is told of and counts as not written", async () => {
  const torn = join(cwd, "torn.jsonl");
  const lines = readFileSync(file, "utf8").split("\n");
  writeFileSync(torn, `${lines.slice(0, 4).join("\n")}\n`);
  appendFileSync(torn, lines[4].slice(0, 40));
  const { code, stdout } = await troupe(cwd, ["verify", torn]);
  assert.equal(code, 0);
  assert.match(stdout, /Half a line at its end/);
  assert.match((await troupe(cwd, ["show", torn])).stdout, /unfinished[\s\S]*half a line at the end/);
});

test("replay needs no server and no file, and gives the same answer", async () => {
  const alone = folder();
  copyFileSync(file, join(alone, "elsewhere.jsonl"));
  const { code, stdout, stderr } = await troupe(alone, ["replay", "elsewhere.jsonl"]);
  assert.equal(code, 0, stderr);
  const end = JSON.parse(readFileSync(file, "utf8").trimEnd().split("\n").at(-1));
  assert.equal(stdout, `${end.value.answer}\n`);
});

test("a replay of a run that had not ended says so", async () => {
  const half = join(cwd, "half.jsonl");
  writeFileSync(half, `${readFileSync(file, "utf8").split("\n").slice(0, 4).join("\n")}\n`);
  const { code, stderr } = await troupe(cwd, ["replay", half]);
  assert.equal(code, 4);
  assert.match(stderr, /The journal ends here; the run had not ended/);
});

test("fork gives a step another result, and the original stays as it is", async () => {
  const before = readFileSync(file, "utf8");
  const { code, stdout, stderr } = await troupe(cwd, [
    "fork",
    run,
    "--at",
    "0.2.0",
    "--result",
    "[FILE] b.txt",
    "--json",
  ]);
  assert.equal(code, 0, stderr);
  const forked = JSON.parse(stdout);
  assert.match(forked.answer, /gamma/);
  assert.doesNotMatch(forked.answer, /alpha/);
  assert.equal(readFileSync(file, "utf8"), before);
  assert.match((await troupe(cwd, ["show", forked.run])).stdout, new RegExp(`fork of +${run} at 0\\.2\\.0`));
  assert.equal((await troupe(cwd, ["replay", forked.run])).code, 0);
  rmSync(forked.journal);
});

test("fork at a step that never was names those that were", async () => {
  const { code, stderr } = await troupe(cwd, ["fork", run, "--at", "7.7"]);
  assert.equal(code, 2);
  assert.match(stderr, /has no step "7\.7"\. Its steps: 1, 2, 0\.0, 0\.1, /);
});
