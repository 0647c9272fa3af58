// `analyze` and `judge`: what the engine thinks of a task, and whether it would decide a recorded one otherwise.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { openAi } from "../standin/openai.mjs";
import { folder, journals, troupe } from "./program.mjs";

const task = "Delete the old logs in /var/log, then tell the team";

test("analyze says what a task asks for, why, and how it would be worked on", async () => {
  const cwd = folder({
    ".mcp.json": { mcpServers: { logs: { command: "nothing", description: "Reads and deletes log files" } } },
  });
  const { code, stdout, stderr } = await troupe(cwd, ["analyze", task]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Delete the old logs in \/var\/log, then tell the team\n/);
  assert.match(stdout, /\n {2}risk {8}.*destructive \d+ %/);
  assert.match(stdout, /\n {2}named {7}\/var\/log path\n/);
  assert.match(
    stdout,
    /\n {2}parts {7}1 Delete the old logs in \/var\/log\n {14}2 then tell the team {2}needs 1\n/,
  );
  assert.match(stdout, /destructive: .*Delete \+\d\.\d\d/);
  assert.match(stdout, /How to work on it\n {2}1 [a-z ]+\d+ %/);
  assert.match(stdout, / 7 [a-z ]+\d+ %/);
});

test("analyze colours only for a terminal that wants it, and marks the words that decided", async () => {
  const { stdout } = await troupe(folder(), ["analyze", task], { env: { FORCE_COLOR: "1" } });
  assert.match(stdout, /\x1b\[31mDelete\x1b\[39m/);
});

test("analyze --json is the analysis, the strategy, the servers and the agents", async () => {
  const { code, stdout } = await troupe(folder(), ["analyze", "--json", "-"], { input: task });
  assert.equal(code, 0);
  const { analysis, strategy, servers, agents } = JSON.parse(stdout);
  assert.equal(analysis.task, task);
  assert.ok(analysis.risk.includes("destructive"));
  assert.equal(strategy.options.length, 7);
  assert.deepEqual(servers, []);
  assert.ok(agents.length > 0);
});

test("analyze says what is wrong with a task that is none", async () => {
  const { code, stderr } = await troupe(folder(), ["analyze", " "]);
  assert.equal(code, 2);
  assert.match(stderr, /The task is empty: say in words what is to be done\./);
});

test("judge finds a recorded decision again, and says where what was learned changes it", async (t) => {
  const cwd = folder();
  // The offline model always works alone: another one has to be asked.
  const model = await openAi(() => ({ text: "42" }));
  t.after(() => model.close());
  const env = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "stand-in" };
  assert.equal(
    (
      await troupe(
        cwd,
        [
          "run",
          "Compare the prices of the five cloud hosts, each on its own page, and put them side by side",
        ],
        { env },
      )
    ).code,
    0,
  );
  const { run } = JSON.parse(journals(cwd)[0].split("\n")[0]);
  const same = await troupe(cwd, ["judge", run], { env });
  assert.equal(same.code, 0, same.stderr);
  assert.match(same.stdout, /would be decided the same\n/);

  const strategy = JSON.parse(journals(cwd)[0].split("\n")[2]).value;
  const analysis = JSON.parse(journals(cwd)[0].split("\n")[1]).value;
  const [, other] = Object.keys(strategy.scores).sort((a, b) => strategy.scores[b] - strategy.scores[a]);
  const counts = {
    [`${analysis.type}/${analysis.complexity}`]: {
      [`pattern:${strategy.pattern}`]: [0, 60_000],
      [`pattern:${other}`]: [60_000, 60_000],
    },
  };
  writeFileSync(join(cwd, "learned.json"), JSON.stringify({ version: 1, counts }));
  const judged = await troupe(cwd, ["judge", run, "--learned", "learned.json", "--json"], { env });
  const [{ differences }] = JSON.parse(judged.stdout);
  assert.deepEqual(
    differences.map(({ what }) => what),
    ["pattern"],
  );
  assert.deepEqual(
    [differences[0].recorded, differences[0].now],
    [strategy.pattern, other].map((each) => each.replaceAll("_", " ")),
  );
});
