// What goes wrong around a run: other processes, damaged files, readers that go away, servers that are not there.
import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";

import { begin, folder, troupe, until } from "./program.mjs";

const files = createRequire(import.meta.url).resolve("@modelcontextprotocol/server-filesystem/dist/index.js");
let cwd;
let run;

const runIn = (cwd, task, ...more) => troupe(cwd, ["run", task, ...more, "--", process.execPath, files, cwd]);
const namesIn = (cwd) =>
  readdirSync(join(cwd, "runs"))
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => name.slice(0, -6));

before(async () => {
  cwd = folder({ "docs/a.txt": "alpha beta\n" });
  const { code, stderr } = await runIn(cwd, "List the files in docs");
  assert.equal(code, 0, stderr);
  [run] = namesIn(cwd);
});

test("a resume that cannot begin leaves what is remembered of the run as it is", async () => {
  const memory = join(cwd, "runs", `${run}.reach.json`);
  const remembered = readFileSync(memory, "utf8");
  const copy = join(cwd, "copy.jsonl");
  const [header, ...lines] = readFileSync(join(cwd, "runs", `${run}.jsonl`), "utf8").split("\n");
  writeFileSync(copy, [header, ...lines.slice(0, 2), ""].join("\n"));
  const { code } = await troupe(cwd, ["resume", copy]);
  assert.notEqual(code, 0);
  assert.equal(readFileSync(memory, "utf8"), remembered);
});

test("a run whose server is not configured here is not gone on with, and can be later", async () => {
  const other = folder();
  mkdirSync(join(other, "runs"));
  const journal = join(other, "runs", `${run}.jsonl`);
  const [header, ...lines] = readFileSync(join(cwd, "runs", `${run}.jsonl`), "utf8").split("\n");
  const cut = [header, ...lines.slice(0, 3), ""].join("\n");
  writeFileSync(journal, cut);
  const { code, stderr } = await troupe(other, ["resume", run]);
  assert.equal(code, 2, stderr);
  assert.match(stderr, /This run uses the server "filesystem", which is not configured here\. Configure it/);
  assert.equal(readFileSync(journal, "utf8"), cut);
  const again = await troupe(other, ["resume", run, "--", process.execPath, files, cwd]);
  assert.equal(again.code, 0, again.stderr);
});

test("the answer is there although what tools say of themselves cannot be kept", async () => {
  const own = folder({ "docs/a.txt": "alpha\n", "runs/tools-seen.json/x": "" });
  const { code, stdout, stderr } = await runIn(own, "List the files in docs");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /a\.txt/);
  assert.match(stderr, /What tools say of themselves could not be kept for the next run/);
  assert.deepEqual(
    readdirSync(join(own, "runs")).filter((name) => name.startsWith("tools-seen.json.")),
    [],
  );
});

test("a damaged file of what tools said is named, with what to do", async () => {
  const own = folder({ "docs/a.txt": "alpha\n", "runs/tools-seen.json": { files: 3 } });
  const { code, stderr } = await runIn(own, "List the files in docs");
  assert.equal(code, 2);
  assert.match(stderr, /runs\/tools-seen\.json is damaged\. Delete it/);
});

test("a reader that goes away ends no run", async () => {
  const own = folder({ "docs/a.txt": "alpha\n" });
  const { child, ended } = begin(own, ["run", "List the files in docs", "--", process.execPath, files, own]);
  child.stderr.destroy();
  child.stdout.destroy();
  const { code } = await ended;
  assert.equal(code, 0);
  await until(() => existsSync(join(own, "runs")));
  const [name] = namesIn(own);
  assert.match(readFileSync(join(own, "runs", `${name}.jsonl`), "utf8"), /"kind":"end"/);
});

test("a fork is newer than the run that it was forked from, and than those between", async () => {
  const own = folder({ "docs/a.txt": "alpha\n" });
  await runIn(own, "List the files in docs");
  const [first] = namesIn(own);
  await runIn(own, "Read docs/a.txt");
  const { code, stderr } = await troupe(own, ["fork", first, "--at", "0.1"]);
  assert.equal(code, 0, stderr);
  const { stdout } = await troupe(own, ["list", "--json"]);
  const listed = JSON.parse(stdout).map(({ run: name }) => name);
  const forked = namesIn(own).find((name) => {
    const [header] = readFileSync(join(own, "runs", `${name}.jsonl`), "utf8").split("\n");
    return JSON.parse(header).parent !== undefined;
  });
  assert.ok([listed[0], listed.at(-1)].includes(forked), `${forked} in ${listed}`);
  assert.notEqual(listed[1], forked);
});

test("judge knows the servers that a run was given, and judges no journal that was edited", async () => {
  const { code, stdout } = await troupe(cwd, ["judge", run]);
  assert.equal(code, 0);
  assert.match(stdout, /would be decided the same/);
  const edited = join(cwd, "edited.jsonl");
  copyFileSync(join(cwd, "runs", `${run}.jsonl`), edited);
  writeFileSync(edited, readFileSync(edited, "utf8").replace("a.txt", "b.txt"));
  assert.equal((await troupe(cwd, ["judge", edited])).code, 6);
  rmSync(edited);
});

test("an answer in a form is not tried without a language model", async () => {
  const own = folder({ "schema.json": { type: "object", properties: { n: { type: "number" } } } });
  const { code, stderr } = await troupe(own, ["run", "How many?", "--schema", "schema.json"]);
  assert.equal(code, 3);
  assert.match(stderr, /An answer in a form needs a language model/);
});
