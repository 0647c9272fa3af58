// The command line on a real terminal: questions, Ctrl-C, and what stands on the screen.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { openAi } from "../standin/openai.mjs";
import { folder, journals, ledgerServer, main, troupe, until } from "./program.mjs";

/** util-linux's `script` gives a child a terminal; it is on every Debian. */
const hasTerminals = spawnSync("script", ["--version"]).stdout?.includes("util-linux");
const terminal = hasTerminals ? test : test.skip;

let model;
let turns;
before(async () => {
  model = await openAi((_body, turn) => turns[Math.min(turn, turns.length - 1)]);
});
after(() => model.close());

const open = [];
after(() => open.forEach((child) => child.kill("SIGKILL")));

const quote = (word) => `'${word.replaceAll("'", `'\\''`)}'`;

/** A program on a terminal of 100 columns: `type` waits for a text on the screen and answers it. */
function onTerminal(cwd, args, env = {}) {
  const line = ["stty cols 100 rows 40;", quote(process.execPath), quote(main), ...args.map(quote)].join(" ");
  const child = spawn("script", ["-qefc", line, "/dev/null"], {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      TERM: "xterm",
      LANG: "C.UTF-8",
      SHELL: "/bin/sh",
      OPENAI_BASE_URL: model.url,
      ...env,
    },
  });
  open.push(child);
  let raw = "";
  let screen = "";
  let seen = 0;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    raw += text;
    screen = raw.replace(/\x1b\[[\d;?]*[a-zA-Z]/g, "");
  });
  const ended = new Promise((resolve) => child.on("close", (code) => resolve({ code, screen, raw })));
  const see = async (text) => {
    await until(() => screen.includes(text, seen) || child.exitCode !== null);
    assert.ok(screen.includes(text, seen), `"${text}" is not on the screen:\n${screen}`);
    seen = screen.indexOf(text, seen) + text.length;
  };
  const type = async (text, keys) => {
    await see(text);
    child.stdin.write(keys);
  };
  return { child, ended, see, type };
}

function ledger() {
  const cwd = folder({ "ledger.txt": "" });
  const lines = () => readFileSync(join(cwd, "ledger.txt"), "utf8").split("\n").filter(Boolean);
  const server = ["--", process.execPath, ledgerServer, join(cwd, "ledger.txt")];
  return { cwd, lines, args: ["run", "Append lines", ...server] };
}

const append = (...lines) => ({ calls: lines.map((line) => ["append_line", { line }]) });

terminal(
  "an approval shows the exact call; yes calls it, no tells the model why, all asks no more",
  async () => {
    turns = [append("one"), append("two"), append("three"), append("four"), { pieces: ["All ", "done."] }];
    const { cwd, lines, args } = ledger();
    const { ended, type } = onTerminal(cwd, args);
    await type("line  one", "");
    await type("[y]es  [n]o  [a]ll of append_line in this run", "\r");
    await type("[y]es", "y\r");
    await type("line  two", "");
    await type("[y]es", "n\r");
    await type("Why not?", "Two is unlucky.\r");
    await type("line  three", "");
    await type("[y]es", "a\r");
    const { code, screen } = await ended;
    assert.equal(code, 0, screen);
    assert.deepEqual(lines(), ["one", "three", "four"]);
    assert.match(JSON.stringify(model.requests.at(-1).body.messages), /denied by a person: Two is unlucky\./);
    assert.match(screen, /denied: Two is unlucky\./);
    assert.match(screen, /\r\nAll done\.\r\n/);
    assert.match(screen, /✓ done/);
  },
);

terminal("what was approved for the whole run stays approved when it is resumed", async () => {
  turns = [append("one"), { ...append("two"), pauseMs: 1500, pieces: ["Wait."] }, { text: "All done." }];
  const { cwd, lines, args } = ledger();
  const first = onTerminal(cwd, args);
  await first.type("[y]es", "a\r");
  await first.see("Wait.");
  first.child.stdin.write("\x03");
  assert.equal((await first.ended).code, 130);
  turns[1] = append("two");
  const { code, stderr } = await troupe(cwd, ["resume"], { env: { OPENAI_BASE_URL: model.url } });
  assert.equal(code, 0, stderr);
  assert.deepEqual(lines(), ["one", "two"]);
});

terminal("Ctrl-C pauses, prints the line that resumes, and that line finishes the run", async () => {
  turns = [append("one"), { text: "All done." }];
  const { cwd, lines, args } = ledger();
  const { ended, type } = onTerminal(cwd, args);
  await type("[y]es", "\x03");
  const { code, screen } = await ended;
  assert.equal(code, 130, screen);
  const [, words] = /go on with {2}node \S+ (resume \S+)/.exec(screen) ?? assert.fail(screen);
  const resumed = await troupe(cwd, [...words.split(" "), "--approve", "all"], {
    env: { OPENAI_BASE_URL: model.url },
  });
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.deepEqual(lines(), ["one"]);
});

terminal("Ctrl-C waits for a tool that is changing something, so that nothing is in doubt", async () => {
  turns = [{ calls: [["append_line", { line: "one", wait_ms: 1500 }]] }, { text: "All done." }];
  const { cwd, lines, args } = ledger();
  const { child, ended, see } = onTerminal(cwd, [...args.slice(0, 2), "--approve", "all", ...args.slice(2)]);
  await until(() => lines().length === 1);
  child.stdin.write("\x03");
  await see("Pausing as soon as append_line is done");
  const { code, screen } = await ended;
  assert.equal(code, 130, screen);
  assert.match(journals(cwd)[0], /"Appended one"/);
  const resumed = await troupe(cwd, ["resume"], { env: { OPENAI_BASE_URL: model.url } });
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.deepEqual(lines(), ["one"]);
});

terminal("Ctrl-C twice leaves at once, and the run is resumable", async () => {
  turns = [{ calls: [["append_line", { line: "one", wait_ms: 8000 }]] }, { text: "All done." }];
  const { cwd, lines, args } = ledger();
  const { child, ended, see } = onTerminal(cwd, [...args.slice(0, 2), "--approve", "all", ...args.slice(2)]);
  await until(() => lines().length === 1);
  child.stdin.write("\x03");
  await see("Pausing as soon as append_line is done");
  const start = Date.now();
  child.stdin.write("\x03");
  assert.equal((await ended).code, 130);
  assert.ok(Date.now() - start < 5000);
  const second = onTerminal(cwd, ["resume"]);
  await second.see("In doubt");
  await second.type("[r]etry  [s]kip  [g]ive its result", "g\r");
  await second.type("What it returned", "Appended one\r");
  const { code, screen } = await second.ended;
  assert.equal(code, 0, screen);
  assert.deepEqual(lines(), ["one"]);
});

terminal("a budget that is used up is asked about", async () => {
  turns = [append("one"), { text: "All done." }];
  const { cwd, lines, args } = ledger();
  const flags = ["--approve", "all", "--budget-calls", "1"];
  const raised = onTerminal(cwd, [...args.slice(0, 2), ...flags, ...args.slice(2)]);
  await raised.type("How many calls more?", "many\r");
  await raised.type("How many calls more?", "5\r");
  assert.equal((await raised.ended).code, 0);
  assert.deepEqual(lines(), ["one"]);
  const ended = onTerminal(cwd, [...args.slice(0, 2), ...flags, ...args.slice(2)]);
  await ended.type("How many calls more?", "\r");
  const { code, screen } = await ended.ended;
  assert.equal(code, 5, screen);
  assert.deepEqual(lines(), ["one"]);
});

terminal("NO_COLOR leaves the colours out", async () => {
  turns = [{ text: "Hello." }];
  const { cwd, args } = ledger();
  const coloured = await onTerminal(cwd, args).ended;
  assert.match(coloured.raw, /\x1b\[32m/);
  const plain = await onTerminal(cwd, args, { NO_COLOR: "1" }).ended;
  assert.doesNotMatch(plain.raw, /\x1b\[\d+m/);
  assert.match(plain.screen, /Hello\./);
});

terminal("a server's form is filled in field by field, and what does not fit is asked again", async () => {
  const call = { calls: [["trigger-elicitation-request", {}]] };
  turns = [call, { text: "All done." }];
  const cwd = folder();
  const program = new URL(
    "../../node_modules/@modelcontextprotocol/server-everything/dist/index.js",
    import.meta.url,
  ).pathname;
  const args = ["run", "Register me", "--approve", "all", "--", process.execPath, program, "stdio"];
  const { ended, see, type } = onTerminal(cwd, args);
  await see("trigger-elicitation-request");
  await see("asks");
  await see("A server asks");
  await see("The server");
  await type("[a]nswer  [n]o  [l]eave", "a\r");
  const fields = [
    "date format",
    "Boolean",
    "email format",
    "with default",
    "uri format",
    "Integer",
    "Legacy",
  ];
  for (const field of ["legal name", ...fields, "Number", "fish", "hero", "instruments", "friend"])
    await type(field, "\r");
  await see("Not yet right: /name is missing");
  await type("[a]nswer  [n]o  [l]eave", "n\r");
  const { code, screen } = await ended;
  assert.equal(code, 0, screen);
  assert.match(screen, /All done\./);
});
