// `--pattern`: each of the seven, with the offline model and with a model that speaks in forms.
import assert from "node:assert/strict";
import { test } from "node:test";

import { openAi } from "../standin/openai.mjs";
import { folder, journals, troupe } from "./program.mjs";

const patterns = ["direct", "chain", "parallel", "router", "orchestrator", "swarm", "evaluator-optimizer"];

for (const pattern of patterns) {
  test(`the demonstration of ${pattern} runs without a key`, async () => {
    const cwd = folder({ "docs/a.txt": "alpha\nbeta", "docs/b.txt": "gamma" });
    const task = "List the files in docs, then read each of them";
    const { code, stdout, stderr } = await troupe(cwd, ["demo", "--pattern", pattern, task]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /a\.txt/);
    assert.match(stderr, /done .* model calls? · \d+ tool calls?/);
    const end = JSON.parse(journals(cwd)[0].trimEnd().split("\n").at(-1)).value;
    assert.equal(end.pattern, pattern.replace("-", "_"));
    if (pattern !== "direct")
      assert.match(stderr, new RegExp(`agents for ${pattern.replace("-", " ")}: \\w+`));
  });
}

test("several agents at once are shown each by its name, and no call of one is taken for another's", async (t) => {
  const model = await openAi((body, turn) => {
    const [{ content: system }, { content: told }] = body.messages;
    if (/put the results/.test(system)) return { text: "Both are read." };
    const name = /alpha/.test(told.split("Your part")[1]) ? "a" : "b";
    return turn === 0 ? { calls: [["append_line", { line: name }]] } : { text: `${name} is read` };
  });
  t.after(() => model.close());
  const { ledgerServer } = await import("./program.mjs");
  const { writeFileSync } = await import("node:fs");
  const cwd = folder();
  writeFileSync(`${cwd}/ledger.txt`, "");
  const { code, stdout, stderr } = await troupe(
    cwd,
    [
      ...["run", "--pattern", "parallel", "--approve", "all", "Write down alpha. Write down beta."],
      ...["--", process.execPath, ledgerServer, `${cwd}/ledger.txt`],
    ],
    { env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "k", OPENAI_MODEL: "stand-in" } },
  );
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "Both are read.\n");
  assert.match(stderr, /model of \w+: calls append_line/);
  assert.match(stderr, /model of \w+-2: b is read/);
  assert.doesNotMatch(stderr, /refused, not called/);
});

test("a pattern that there is not is refused, and those that there are stand beside it", async () => {
  const { code, stderr } = await troupe(folder(), ["run", "--pattern", "ring", "x"]);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /Allowed choices are auto, direct, chain, parallel, router, orchestrator, swarm, evaluator-optim/,
  );
});
