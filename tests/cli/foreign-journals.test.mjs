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
