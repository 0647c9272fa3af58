// Journals that somebody else wrote: what lies beside them, what they call themselves and what they allow is not believed.
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, relative } from "node:path";
import { test } from "node:test";

import { createTroupe, memoryJournal } from "../../wasm/dist/node.js";
import { folder, troupe } from "./program.mjs";

/** The first lines of a journal with a sound chain, of a run with any name. */
async function written(id, lines = 3) {
  const stranger = await createTroupe({ journal: memoryJournal() });
  const run = stranger.run("add 17 and 25", { id });
  await run;
  await stranger.dispose();
  return `${run.journal().split("\n").slice(0, lines).join("\n")}\n`;
}

/** A project, and in a folder beside it a journal of a run with this name, and a memory that has a module loaded. */
async function received(nameFrom) {
  const cwd = folder({ "runs/.keep": "" });
  const inbox = folder();
  const [journal, memory, module, mark] = ["evil.jsonl", "evil.reach.json", "evil.config.mjs", "loaded"].map(
    (name) => join(inbox, name),
  );
  writeFileSync(journal, await written(nameFrom(relative(join(cwd, "runs"), inbox))));
  const loads = `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(mark)}, "");\n`;
  writeFileSync(module, `${loads}export default {};\n`);
  writeFileSync(memory, JSON.stringify({ cwd: inbox, config: module }));
  return { cwd, journal, memory, mark };
}

const commands = { judge: [], resume: [], fork: ["--at", "1"] };

for (const [command, more] of Object.entries(commands)) {
  test(`${command} loads nothing that lies beside a journal from elsewhere, whatever its run is called`, async () => {
    for (const nameFrom of [(way) => join(way, "evil"), () => "evil"]) {
      const { cwd, journal, mark } = await received(nameFrom);
      await troupe(cwd, [command, journal, ...more]);
      assert.equal(existsSync(mark), false);
    }
  });

  test(`${command} begins nothing for a journal that was edited`, async () => {
    const { cwd, journal } = await received(() => "evil");
    writeFileSync(journal, readFileSync(journal, "utf8").replace("add 17", "add 18"));
    const { code, stderr } = await troupe(cwd, [command, journal, ...more]);
    assert.equal(code, 6);
    assert.match(stderr, /evil\.jsonl: .*does not follow from the line before it/);
  });
}

test("a resume that cannot begin leaves a file beside the journal as it was, also one that it cannot read", async () => {
  const { cwd, journal, memory } = await received(() => "evil");
  writeFileSync(memory, "somebody's file");
  writeFileSync(`${journal}.lock`, JSON.stringify({ pid: 1, thread: 0, host: hostname() }));
  const { code, stderr } = await troupe(cwd, ["resume", journal]);
  assert.match(stderr, /is in use by process 1/);
  assert.equal(code, 6);
  assert.equal(readFileSync(memory, "utf8"), "somebody's file");
});

test("a run with a name that no file can have is not gone on with, and says why", async () => {
  const { cwd, journal, memory } = await received((way) => join(way, "evil"));
  rmSync(memory);
  assert.equal((await troupe(cwd, ["verify", journal])).code, 0);
  const { code, stderr } = await troupe(cwd, ["resume", journal]);
  assert.equal(code, 6, stderr);
  assert.match(stderr, /cannot be the name of a run's file: letters, digits/);
  assert.equal(existsSync(memory), false);
});

/** Takes over the title of a terminal, and clears it. */
const ESCAPE = "\x1b]0;taken\x07\x1b[2J\n";

/** A journal in which whatever can be a text holds an escape sequence. */
async function escaping() {
  const [header, ...entries] = (await written("evil", 9))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const { value: analysis } = entries.find(({ kind }) => kind === "analysis");
  let steps = 0;
  const step = (kind, args, value) => ({
    kind,
    state: "done",
    step: `0.${++steps}${ESCAPE}`,
    at: 1,
    n: 9,
    args,
    value,
  });
  const bent = (text) => `${text}${ESCAPE}`;
  const call = { name: bent("hand_over_to_"), arguments: { [bent("context")]: bent("c") } };
  const lines = [
    {
      ...header,
      ...{ run: bent("r"), task: bent("t"), parent: { run: bent("p"), at: bent("0") } },
      config: { model: bent("m"), servers: [bent("s")] },
    },
    step("analysis", {}, { ...analysis, type: bent("t"), complexity: bent("c"), risk: [bent("r")] }),
    step("strategy", {}, { scores: { [bent("direct")]: 900 } }),
    step("tools", {}, { tools: [{ name: "a", server: bent("s") }], failed: [{ server: bent("f") }] }),
    step("chat", { agent: bent("a") }, { calls: [call] }),
    step(
      "chat",
      { agent: bent("a") },
      { text: bent("said"), calls: [call, { ...call, name: bent("tool") }] },
    ),
    step("tool", { tool: bent("t"), arguments: call.arguments }, { text: bent("r") }),
    step("search", { query: bent("q") }, [bent("n")]),
    step("route", {}, { type: bent("t") }),
    step("agents", { pattern: bent("p") }, [{ name: bent("n"), role: bent("r") }]),
    step("recovery", { from: bent("f"), to: bent("t"), why: bent("w") }, {}),
    step("ask", { subject: "in_doubt" }, { choice: bent("c") }),
    step("ask", { subject: "budget" }, { raise: { [bent("l")]: 1 } }),
    step(bent("kind"), {}, {}),
    {
      kind: "end",
      at: 1,
      n: 9,
      value: { answer: bent("a"), stop: { reason: bent("r"), sentence: bent("s") } },
    },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

test("nothing in a journal is obeyed by the terminal that it is shown on", async () => {
  const cwd = folder({ "evil.jsonl": await escaping(), "runs/evil.jsonl": await escaping() });
  const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
  const commands = ["show", "resume", "replay", "verify", "judge"].map((command) => [command, "evil.jsonl"]);
  for (const args of [
    ...commands,
    ["show", "evil.jsonl", "--full"],
    ["show", "evil.jsonl", "--json"],
    ["list"],
  ]) {
    const { stdout, stderr } = await troupe(cwd, args);
    assert.doesNotMatch(stdout + stderr, control, args.join(" "));
    assert.notEqual(stdout + stderr, "");
  }
  const { stdout } = await troupe(cwd, ["show", "evil.jsonl"]);
  assert.ok(stdout.split("\\x1b]0;taken").length > 20, stdout);
});
