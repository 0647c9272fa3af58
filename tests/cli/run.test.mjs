// `troupe run` without a terminal: what goes where, and how it ends.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { openAi } from "../standin/openai.mjs";
import { folder, journals, ledgerServer, troupe } from "./program.mjs";

const KEY = "sk-very-secret";
let model;
let turns;

before(async () => {
  model = await openAi((_body, turn) => turns[Math.min(turn, turns.length - 1)]);
});
after(() => model.close());

const twoLines = [
  { text: "First one line.", calls: [["append_line", { line: "one" }]] },
  {
    calls: [
      ["append_line", { line: "two" }],
      ["append_lime", { line: "x" }],
    ],
  },
  { pieces: ["Both ", "are ", "there."] },
];
const env = () => ({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: KEY, OPENAI_MODEL: "stand-in" });

function ledger() {
  const cwd = folder({ "ledger.txt": "" });
  const lines = () => readFileSync(join(cwd, "ledger.txt"), "utf8").split("\n").filter(Boolean);
  const server = ["--", process.execPath, ledgerServer, join(cwd, "ledger.txt")];
  return {
    cwd,
    lines,
    run: (...args) => troupe(cwd, ["run", "Append two lines", ...args, ...server], { env: env() }),
  };
}

test("the answer goes to stdout and nothing else does; steps and journal go to stderr", async () => {
  turns = twoLines;
  const { lines, run } = ledger();
  const { code, stdout, stderr } = await run("--approve", "all");
  assert.equal(stdout, "Both are there.\n");
  assert.equal(code, 0, stderr);
  assert.deepEqual(lines(), ["one", "two"]);
  assert.match(stderr, /append_line line: one -> Appended one/);
  assert.match(stderr, /failed: append_lime line: x -> there is no such tool/);
  assert.match(stderr, /done .*3 model calls · 2 tool calls · 360 tokens/);
  assert.match(stderr, /journal {2}runs\/.*\.jsonl/);
});

test("with a schema the answer is JSON of that form, and what cannot be a schema is refused before the run", async () => {
  turns = [{ text: "Two." }, { text: '{"lines":2}' }];
  const schema = { type: "object", properties: { lines: { type: "integer" } }, required: ["lines"] };
  const cwd = folder({ "form.json": JSON.stringify(schema), "list.json": "[]" });
  const count = (file) => troupe(cwd, ["run", "How many lines?", "--schema", file], { env: env() });
  const { code, stdout, stderr } = await count("form.json");
  assert.deepEqual(JSON.parse(stdout), { lines: 2 });
  assert.equal(code, 0, stderr);
  const wrong = await count("list.json");
  assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
  assert.match(wrong.stderr, /list\.json must hold a JSON Schema of an object/);
  assert.match(
    (await count("none.json")).stderr,
    /The schema cannot be read from none\.json: .*no such file/,
  );
});

test("the key is sent, and stands neither on the screen nor in the journal nor beside it", async () => {
  turns = twoLines;
  const { cwd, run } = ledger();
  const { stdout, stderr } = await run("--approve", "all");
  assert.equal(model.requests.at(-1).headers.authorization, `Bearer ${KEY}`);
  const [journal] = journals(cwd);
  assert.ok(!`${stdout}${stderr}${journal}`.includes(KEY));
});

test("--json prints the outcome", async () => {
  turns = [{ text: "Hello." }];
  const { run } = ledger();
  const { stdout } = await run("--json");
  const outcome = JSON.parse(stdout);
  assert.equal(outcome.answer, "Hello.");
  assert.equal(outcome.stop.reason, "done");
  assert.match(outcome.journal, /runs\/.*\.jsonl$/);
});

test("a call that needs approval pauses the run where nobody sits, and the resume line finishes it", async () => {
  turns = twoLines;
  const { cwd, lines, run } = ledger();
  const paused = await run();
  assert.equal(paused.code, 4);
  assert.equal(paused.stdout, "");
  assert.deepEqual(lines(), []);
  assert.match(paused.stderr, /paused: approval/);
  assert.match(paused.stderr, /May append_line be called with line: one\?/);
  const [, words] = /without a terminal {2}node \S+ (resume .*)$/m.exec(paused.stderr);
  const listed = await troupe(cwd, ["list"]);
  assert.match(listed.stdout, /paused: approval/);

  const resumed = await troupe(cwd, words.split(" "), { env: env() });
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.equal(resumed.stdout, "Both are there.\n");
  assert.deepEqual(lines(), ["one", "two"]);
  assert.match(resumed.stderr, /2 steps read from the journal/);
});

test("--approve none denies, and the model is told", async () => {
  turns = [twoLines[0], { text: "I was not allowed to." }];
  const { lines, run } = ledger();
  const { code, stdout } = await run("--approve", "none");
  assert.equal(code, 0);
  assert.equal(stdout, "I was not allowed to.\n");
  assert.deepEqual(lines(), []);
  assert.match(JSON.stringify(model.requests.at(-1).body.messages), /not allowed in this run/);
});

test("a budget that is used up pauses, and --raise goes on", async () => {
  turns = twoLines;
  const { cwd, lines, run } = ledger();
  const paused = await run("--approve", "all", "--budget-calls", "3");
  assert.equal(paused.code, 4, paused.stderr);
  assert.match(paused.stderr, /does not fit into the budget of 3 calls; 3 calls are spent/);
  const again = await troupe(cwd, ["resume", "--raise", "1"], { env: env() });
  assert.equal(again.code, 4, again.stderr);
  assert.match(again.stderr, /4 calls are spent/);
  const resumed = await troupe(cwd, ["resume", "--raise", "10"], { env: env() });
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.deepEqual(lines(), ["one", "two"]);
});

test("turns are limited by --turns: exit code 5, and what there is on stdout", async () => {
  turns = [
    { text: "Still at it.", calls: [["read_ledger", {}]] },
    { text: "And on.", calls: [["read_ledger", {}]] },
  ];
  const { run } = ledger();
  const { code, stdout, stderr } = await run("--turns", "2");
  assert.equal(code, 5, stderr);
  assert.equal(stdout, "And on.\n");
  assert.match(stderr, /turn limit/);
});

test("a provider that refuses the key fails the run with its words", async () => {
  turns = [{ status: 401, text: "Incorrect API key provided." }];
  const { run } = ledger();
  const { code, stdout, stderr } = await run();
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /failed.*\n.*Incorrect API key provided/);
});

test("a budget in dollars warns where no price is known", async () => {
  turns = [{ text: "Hello." }];
  const { run } = ledger();
  const { stderr } = await run("--budget-usd", "0.1");
  assert.match(stderr, /No price is known for openai:stand-in/);
});

test("--url names an endpoint, --model its model, and a key only when it is named", async () => {
  turns = [{ text: "Hello." }];
  const cwd = folder();
  const asked = ["run", "Hello", "--url", model.url, "--model", "llama3:8b"];
  await troupe(cwd, asked, { env: { OPENAI_API_KEY: KEY } });
  assert.equal(model.requests.at(-1).body.model, "llama3:8b");
  assert.equal(model.requests.at(-1).headers.authorization, undefined);
  await troupe(cwd, [...asked, "--key-env", "MINE"], { env: { MINE: "mine" } });
  assert.equal(model.requests.at(-1).headers.authorization, "Bearer mine");
});

test("the task may come from stdin", async () => {
  turns = [{ text: "Hello." }];
  await troupe(folder(), ["run", "-"], { env: env(), input: "What is\nin a name?\n" });
  assert.equal(model.requests.at(-1).body.messages.at(-1).content, "What is\nin a name?");
});

test("without a provider the offline model works, and says what it is", async () => {
  const { code, stderr } = await troupe(folder(), ["run", "Hello"]);
  assert.equal(code, 0);
  assert.match(stderr, /model offline \(rules, not a language model\)/);
});

test("a server that cannot be started is named, and the run goes on without it", async () => {
  turns = [{ text: "Hello." }];
  const { code, stderr } = await troupe(folder(), ["run", "Hello", "--", "no-such-program"], { env: env() });
  assert.equal(code, 0);
  assert.match(stderr, /no-such-program.* was not found/);
});

test("wrong command lines end with 2 and a sentence", async () => {
  const cwd = folder();
  for (const [args, sentence] of [
    [["run"], /missing required argument 'task'/],
    [["run", " "], /The task is empty/],
    [["run", "x", "--budget-usd", "-1"], /must be a number above 0/],
    [["run", "x", "--approve", "maybe"], /Allowed choices are all, none, ask/],
    [["run", "x", "--server", "files"], /There is no server "files" in the configuration/],
    [["run", "x", "--url", "localhost"], /--url must begin with http/],
    [["frobnicate"], /unknown command 'frobnicate'/],
    [["show", "nothing"], /There is no run and no file "nothing"/],
    [["resume"], /There is no unfinished run/],
  ]) {
    const { code, stderr, stdout } = await troupe(cwd, args);
    assert.equal(code, 2, `${args}: ${stderr}`);
    assert.match(stderr, sentence);
    assert.equal(stdout, "");
  }
  const { code, stderr } = await troupe(cwd, ["run", "x", "--model", "gpt-4o"]);
  assert.equal(code, 3);
  assert.match(stderr, /set OPENAI_API_KEY/);
});

test("a folder that cannot keep journals ends the command before anything is spent", async () => {
  turns = [{ text: "Hello." }];
  const asked = model.requests.length;
  const cwd = folder({ taken: "a file, not a folder" });
  const { code, stderr } = await troupe(cwd, ["run", "Hello", "--journal", "taken"], { env: env() });
  assert.equal(code, 3);
  assert.match(stderr, /The folder taken cannot keep journals: .* Name another with --journal/);
  assert.equal(model.requests.length, asked);
});

test(
  "a folder in which none can be made ends the command as well",
  { skip: !existsSync("/proc/1") },
  async () => {
    const { code, stderr } = await troupe(folder(), ["run", "Hello", "--journal", "/proc/troupe/runs"]);
    assert.equal(code, 3);
    assert.match(stderr, /The folder \/proc\/troupe\/runs cannot keep journals: /);
  },
);

test("the help has examples and the exit codes", async () => {
  const { code, stdout } = await troupe(folder(), ["--help"]);
  assert.equal(code, 0);
  assert.match(stdout, /Examples:[\s\S]*troupe resume[\s\S]*130 {2}interrupted/);
});
