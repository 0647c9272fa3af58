// What others bring, callbacks, handlers, servers and vendors, does no harm beyond itself.
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { test } from "node:test";
import { createTroupe, fileJournal, tool } from "troupe";
import { createServer, serverTool } from "troupe/server";
import { z } from "zod";
import { calls, says, scripted } from "./support/models.mjs";
import { temporaryFolder } from "./support/folder.mjs";

async function troupeWith(t, options) {
  const troupe = await createTroupe(options);
  t.after(() => troupe.dispose());
  return troupe;
}

const note = () => {
  const server = createServer({ name: "notes" });
  server.addTool(
    serverTool({
      name: "note",
      description: "Notes.",
      run: (_args, context) => (context.progress(1, 2), "noted"),
    }),
  );
  return server;
};

test("listeners of a server that fail do not stop the engine, and are told of in the log", async (t) => {
  const logged = [];
  const server = note();
  const troupe = await troupeWith(t, { servers: { near: server }, log: ({ text }) => logged.push(text) });
  const notes = troupe.server("near");
  const { content } = await notes.call("note", {}, { onProgress: (p) => p.nothing.there });
  assert.deepEqual(content, [{ type: "text", text: "noted" }]);
  await notes.watch(() => {
    throw new Error("mine");
  });
  server.addTool(serverTool({ name: "more", description: "More.", run: () => "" }));
  assert.equal((await troupe.run("add 17 and 25")).stop.reason, "done");
  await new Promise((soon) => setTimeout(soon, 20));
  assert.ok(logged.some((text) => /Who listens to a server failed: Cannot read/.test(text)));
  assert.ok(logged.some((text) => /Who listens to a server failed: mine/.test(text)));
});

test("a server whose port throws takes nothing from the others", async (t) => {
  const port = {
    postMessage() {
      throw new Error("port closed");
    },
    addEventListener() {},
    removeEventListener() {},
    start() {},
  };
  const troupe = await troupeWith(t, { servers: { bad: { port }, good: note() } });
  await assert.rejects(troupe.server("bad").tools(), /port closed/);
  assert.equal((await troupe.server("good").tools()).length, 1);
  assert.equal((await troupe.run("add 17 and 25")).stop.reason, "done");
});

test("a handler that is deciding goes on deciding when nobody watches any more", async (t) => {
  const sent = [];
  const send = tool({ name: "send", description: "Sends.", destructive: true, run: () => sent.push(1) });
  const { call } = scripted(calls("send"), says("sent"));
  const troupe = await troupeWith(t, { providers: { fake: { call } }, tools: [send] });
  const run = troupe.run("Send it.", {
    pattern: "direct",
    approve: async () => {
      await new Promise((soon) => setTimeout(soon, 50));
      return true;
    },
  });
  for await (const event of run) if (event.type === "step" && event.kind === "chat") break;
  const { stop } = await run;
  assert.deepEqual([stop.reason, sent], ["done", [1]]);
});

test("a handler of questions that throws is told of", async (t) => {
  const logged = [];
  const { call } = scripted((request) => calls("look", { n: request.json().messages.length }));
  const look = tool({ name: "look", description: "Looks.", readOnly: true, run: () => "seen" });
  const troupe = await troupeWith(t, {
    providers: { fake: { call } },
    tools: [look],
    log: ({ level, text }) => logged.push(`${level}: ${text}`),
  });
  const { stop } = await troupe.run("Look.", {
    pattern: "direct",
    budget: { calls: 1 },
    ask: () => {
      throw new Error("db down");
    },
  });
  assert.equal(stop.reason, "budget");
  assert.ok(logged.includes("error: Who decides on it failed: db down"), logged.join("\n"));
});

test("a secret that is quoted in an answer of status 200, whole, in pieces or in JSON, goes no further", async (t) => {
  const secret = 'sk-"SECRET/and\\more-of-it';
  const escaped = JSON.stringify(secret).slice(1, -1);
  const replies = [
    () => new Response(JSON.stringify({ error: { message: `Incorrect API key provided: ${secret}` } }), { headers: { "content-type": "application/json" } }), // prettier-ignore
    () => {
      const text = `data: {"error":{"message":"No such key: ${escaped.replaceAll("/", "\\/")}, and so on"}}\n\n`;
      const bytes = new TextEncoder().encode(text);
      const body = new ReadableStream({
        start(controller) {
          for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
          controller.close();
        },
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    },
  ];
  for (const reply of replies) {
    const heard = [];
    const troupe = await troupeWith(t, {
      providers: { vendor: { url: "https://vendor.example/v1", model: "m", apiKey: secret } },
      fetch: async () => reply(),
      log: ({ text }) => heard.push(text),
    });
    const run = troupe.run("Hello", { pattern: "direct" });
    for await (const event of run) heard.push(JSON.stringify(event));
    const said = heard.join("\n") + run.journal() + JSON.stringify(troupe.status());
    assert.match(said, /\[secret\]/);
    assert.ok(!said.includes("SECRET"), said);
  }
});

test("addresses with a password in them are refused", async () => {
  for (const options of [
    { providers: { a: { url: "http://user:passw0rd@host/v1" } } },
    { servers: { a: { url: "https://user@host/mcp" } } },
  ])
    await assert.rejects(createTroupe(options), /has a user or a password in its "url"/);
});

test("a journal has one lock, however its folder is written", async (t) => {
  const folder = await temporaryFolder(t);
  const paid = [];
  let decide;
  const options = (path) => ({
    providers: { fake: { call: scripted(calls("pay"), says("paid")).call } },
    tools: [tool({ name: "pay", description: "Pays.", destructive: true, run: () => paid.push(1) })],
    journal: fileJournal(path),
  });
  const one = await troupeWith(t, options(folder));
  const other = await troupeWith(t, options(join(relative(process.cwd(), folder), ".")));
  const run = one.run("Pay.", {
    id: "r1",
    pattern: "direct",
    approve: () => new Promise((decided) => (decide = decided)),
  });
  run.then(() => undefined);
  while (!decide) await new Promise((soon) => setTimeout(soon, 5));
  await assert.rejects(async () => other.resume("r1", { approve: () => true }), /is in use by process/);
  decide(true);
  assert.equal((await run).answer, "paid");
  assert.deepEqual(paid, [1]);
});

test("what a schema does in its own time cannot keep a run from its end", async (t) => {
  const { call } = scripted(says('{"n":1}'));
  const troupe = await troupeWith(t, { providers: { fake: { call } } });
  const jsonSchema = { input: () => ({ type: "object", properties: { n: {} } }) };
  const reads = (validate) => ({ "~standard": { version: 1, vendor: "own", validate, jsonSchema } });
  for (const validate of [
    async () => undefined,
    async () => ({ issues: [{ message: "no", path: [null] }] }),
  ]) {
    const { unfit, value } = await troupe.run("A number", { pattern: "direct", schema: reads(validate) });
    assert.equal(value, undefined);
    assert.equal(typeof unfit, "string");
  }
  const plus = z.object({ n: z.number().transform((n) => n + 1) });
  const run = troupe.run("A number", { pattern: "direct", schema: plus });
  assert.deepEqual((await run).value, { n: 2 });
  assert.deepEqual((await troupe.replay(run.journal(), { schema: plus })).value, { n: 2 });
});
