// Every frame that crosses fits the TypeScript types, and docs/protocol.md names the same kinds and fields.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { memoryJournal, tool } from "troupe";
import { temporaryFolder } from "./support/folder.mjs";
import { calls, eventsOf, says, scripted } from "./support/models.mjs";
import { completes, delta, DONE, fails, standIn, streams } from "./support/standin.mjs";
import { tappedTroupe } from "./support/tapped.mjs";

const repo = join(import.meta.dirname, "../..");

/** Heads and bodies of one batch. */
function* framesOf(batch) {
  for (let at = 0; at < batch.length;) {
    const head = batch.subarray(at + 4, (at += 4 + batch.readUInt32LE(at)));
    const body = batch.subarray(at + 4, (at += 4 + batch.readUInt32LE(at)));
    yield { head: JSON.parse(head), body: body.toString() };
  }
}

/** Runs that between them use most of the protocol. */
async function busy(t) {
  const server = await standIn(
    fails(429, "slow", { "retry-after-ms": "1" }),
    streams([delta("Hel")], { end: false }),
    streams([delta("Hello."), delta("", "stop"), DONE]),
    completes("whole"),
  );
  t.after(server.close);
  const model = scripted(
    { toolCalls: [{ name: "write", arguments: { a: 1 } }, { name: "fail" }] },
    says("Done."),
    calls("write"),
    () => new Promise(() => {}),
  );
  const write = tool({ name: "write", description: "Writes.", destructive: true, run: () => "written" });
  const fail = tool({
    name: "fail",
    description: "Fails.",
    readOnly: true,
    run: () => Promise.reject(new Error("no")),
  });
  const tapped = await tappedTroupe({
    providers: {
      vendor: { url: server.url, model: "m", apiKey: "k", prices: { m: { input: 1, output: 2 } } },
      fake: { call: model.call },
    },
    servers: { gone: { command: "no-such-command" } },
    tools: [write, fail],
    journal: { ...memoryJournal(), durable: true },
  });
  const { troupe } = tapped;
  await eventsOf(troupe.run("Stream.", { budget: { usd: 1 }, limits: { turns: 3 } }));
  const asking = troupe.run("Ask.", { model: "fake", approvals: "ask", budget: { calls: 4 } });
  for await (const event of asking) {
    if (event.type !== "question") continue;
    asking.answer(event.id, event.subject === "budget" ? { raise: { calls: 5 } } : { approve: true });
  }
  const journal = asking.journal();
  await eventsOf(troupe.replay(journal));
  await troupe.replay(journal.replace("Ask.", "ask.")).then(undefined, () => undefined);
  await troupe.fork(journal, { at: "0.1", result: { text: "forked", finish: "stop" } });
  const paused = troupe.run("Pause.", { model: "fake" });
  await paused;
  const hanging = troupe.resume(paused.journal(), { approve: () => true });
  for await (const event of hanging) if (event.kind === "tool" && event.state === "done") break;
  await hanging.cancel();
  await troupe.run(" ").then(undefined, () => undefined);
  await troupe.probe({ server: "gone" });
  await troupe.dispose();
  return tapped.batches;
}

test("what crosses fits the types, head by head and body by body", async (t) => {
  const folder = await temporaryFolder(t);
  const batches = await busy(t);
  const kinds = new Set();
  const bodies = {
    configure: "WireConfiguration",
    "run.start": "{ task: string; options: WireOptions }",
    ask: "WireQuestion",
    "notify.entry": "WireEntry",
    "run.ended": "WireOutcome",
    "run.suspended": "WireOutcome",
  };
  const lines = batches.flatMap((batch, i) =>
    [...framesOf(batch)].flatMap(({ head, body }) => {
      kinds.add(head.kind);
      const checked = [`(${JSON.stringify(head)}) satisfies ${i % 2 ? "Command" : "EngineEvent"};`];
      if (bodies[head.kind]) checked.push(`(${body}) satisfies ${bodies[head.kind]};`);
      return checked;
    }),
  );
  const imports =
    "Command, EngineEvent, WireConfiguration, WireEntry, WireOptions, WireOutcome, WireQuestion";
  const program = [`import type { ${imports} } from "./protocol.ts";`, ...new Set(lines)].join("\n");
  await writeFile(join(folder, "frames.ts"), program);
  await symlink(join(repo, "wasm/src/protocol.ts"), join(folder, "protocol.ts"));
  const options = ["--strict", "--exactOptionalPropertyTypes", "--noEmit", "--allowImportingTsExtensions"];
  const tsc = join(repo, "node_modules/typescript/bin/tsc");
  const types = ["--module", "esnext", "--moduleResolution", "bundler", "--types", ""];
  try {
    execFileSync(process.execPath, [tsc, ...options, ...types, "frames.ts"], {
      cwd: folder,
      encoding: "utf8",
    });
  } catch (error) {
    const shown = error.stdout.replace(
      /frames\.ts\((\d+)/g,
      (said, line) => `${program.split("\n")[line - 1]}\n  ${said}`,
    );
    assert.fail(shown);
  }
  assert.ok(kinds.size >= 25, [...kinds].sort().join(" "));
});

test("the documentation names the same kinds, with the same fields", async () => {
  const documented = tablesOf(await readFile(join(repo, "docs/protocol.md"), "utf8"));
  const typed = interfacesOf(await readFile(join(repo, "wasm/src/protocol.ts"), "utf8"));
  assert.ok(Object.keys(typed.Events).length > 20 && Object.keys(typed.Commands).length > 20);
  assert.deepEqual(documented.Events, typed.Events);
  assert.deepEqual(documented.Commands, typed.Commands);
});

/** Kind and fields of each row, by the heading above. `name`? is a field that may be missing. */
function tablesOf(markdown) {
  const tables = {};
  for (const [, heading, rows] of markdown.matchAll(/^## (Events|Commands)[^\n]*\n([\s\S]*?)(?=^## )/gm)) {
    tables[heading] = {};
    for (const [, kind, fields] of rows.matchAll(/^\| `([\w.]+)` \|([^|]*)\|/gm)) {
      tables[heading][kind] = [...fields.matchAll(/`(\w+)`(\??)/g)]
        .map(([, name, maybe]) => name + maybe)
        .sort();
    }
  }
  return tables;
}

function interfacesOf(source) {
  const read = (name) => {
    const [, text] = new RegExp(`^export interface ${name} \\{\\n([\\s\\S]*?)^\\}`, "m").exec(source);
    const kinds = {};
    for (const [, kind, fields] of text.matchAll(
      /^  "?([\w.]+)"?: ([\s\S]*?);$(?=\n  "?[\w.]+"?:|\n*$(?![\s\S]))/gm,
    )) {
      const names = [...fields.matchAll(/(\w+)(\??):/g)].map(([, field, maybe]) => field + maybe);
      kinds[kind] = [...new Set(names)].filter((field) => field !== "result?").sort();
    }
    return kinds;
  };
  return { Events: read("Events"), Commands: read("Commands") };
}
