// Servers in this process and behind ports: used by our own client in both generations, by the official ones, and in runs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { Client as ModernClient } from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { CreateMessageRequestSchema, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { createTroupe } from "troupe";
import { createServer, serverTool } from "troupe/server";
import { everythingOf, library, textOf } from "./support/library.mjs";
import { calls, eventsOf, scripted } from "./support/models.mjs";

/** A transport of the official clients to a server in this process. */
function linkTo(server) {
  let peer;
  return {
    start: async () => undefined,
    send: async (message) => peer.receive(JSON.stringify(message)),
    close: async () => peer.close(),
    set onmessage(hear) {
      peer = server.open((text) => queueMicrotask(() => hear(JSON.parse(text))));
    },
  };
}

test("a server in this process does everything for our own client, stateless", async (t) => {
  const server = library();
  const troupe = await createTroupe({ servers: { library: server } });
  t.after(() => troupe.dispose());
  const connected = troupe.server("library");
  await everythingOf(connected);
  let told;
  const changed = new Promise((resolve) => (told = resolve));
  const stop = await connected.watch(told, ["book://index"]);
  await connected.tools();
  server.updated("book://index");
  assert.deepEqual(await changed, { resource: "book://index" });
  await stop();
});

test("several watch one server, each what it wants, and one that stops takes nothing from the others", async (t) => {
  const server = library();
  const troupe = await createTroupe({ servers: { library: server } });
  t.after(() => troupe.dispose());
  const connected = troupe.server("library");
  const heard = [];
  const stops = [];
  for (const uri of ["book://index", "book://cover"])
    stops.push(await connected.watch(({ resource }) => heard.push(resource), [uri]));
  const listening = async (count) => {
    // The connection is a listener, too.
    while (server.listeners.size !== count + 1) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await listening(2);
  server.updated("book://index");
  server.updated("book://cover");
  while (heard.length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(heard, ["book://index", "book://index", "book://cover", "book://cover"]);
  await stops[1]();
  await listening(1);
  server.updated("book://cover");
  server.updated("book://index");
  while (heard.length < 5) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(heard.slice(4), ["book://index"]);
});

test("what comes over a connection and is no message is answered, and what a stateless client has not is not found", async () => {
  const said = [];
  const { receive } = library().open((text) => said.push(JSON.parse(text)));
  for (const text of ["null", "{", "[]"]) receive(text);
  assert.deepEqual(
    said.splice(0).map(({ id, error }) => [id, error.code]),
    [
      [null, -32600],
      [null, -32700],
      [null, -32600],
    ],
  );
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const codeOf = async (method, params) => {
    receive(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    await new Promise((resolve) => setImmediate(resolve));
    return said.pop().error?.code;
  };
  assert.equal(await codeOf("ping"), undefined);
  assert.equal(await codeOf("ping", { _meta }), -32601);
  assert.equal(await codeOf("tools/call", { name: "register", _meta }), -32021);
});

test("an application's own server is asked without a text between, and is held to what every server is held to", async (t) => {
  let opened = 0;
  const made = { at: new Date(0) };
  const server = library();
  server.addTool(serverTool({ name: "made", description: "Makes.", readOnly: true, run: () => made }));
  const { open } = server;
  server.open = (send) => (opened++, open.call(server, send));
  const heard = [];
  const troupe = await createTroupe({
    servers: { library: Object.assign(server, { timeoutMs: 300 }) },
    log: ({ server, text }) => heard.push(`${server}: ${text}`),
  });
  const connected = troupe.server("library");
  await everythingOf(connected);
  assert.ok(heard.includes("library: counting"));
  const { structuredContent } = await connected.call("made");
  assert.deepEqual(structuredContent, { at: "1970-01-01T00:00:00.000Z" });
  const [first] = await connected.tools();
  first.name = "another";
  assert.equal((await connected.tools())[0].name, "add");
  await assert.rejects(connected.call("none"), (error) => error.rpcCode === -32602);
  await assert.rejects(
    connected.call("hang"),
    /The MCP server "library" did not answer tools\/call within 0.3 seconds/,
  );
  assert.equal(opened, 0);
  const waiting = assert.rejects(connected.call("hang"), { code: "disposed" });
  await troupe.dispose();
  await waiting;
  await assert.rejects(connected.call("add", { a: 1, b: 2 }), { code: "disposed" });
});

for (const era of ["legacy", "modern"])
  test(`behind a port of another thread it does the same (${era})`, async (t) => {
    const { port1, port2 } = new MessageChannel();
    const disconnect = library().connect(port2);
    const troupe = await createTroupe({ servers: { library: { port: port1, era } } });
    t.after(async () => {
      await troupe.dispose();
      disconnect();
      port1.close();
    });
    await everythingOf(troupe.server("library"));
  });

test("a server behind a port hears that its troupe is gone: its calls are aborted, and nobody is served any more", async () => {
  const { port1, port2 } = new MessageChannel();
  let begun, left;
  const running = new Promise((resolve) => (begun = resolve));
  const aborted = new Promise((resolve) => (left = resolve));
  const run = (_args, { signal }) => (signal.addEventListener("abort", () => left(true)), begun(), aborted);
  const server = createServer({ tools: [serverTool({ name: "hang", description: "Hangs.", run })] });
  server.connect(port2);
  const troupe = await createTroupe({ servers: { far: { port: port1 } } });
  const call = assert.rejects(troupe.server("far").call("hang"), { code: "disposed" });
  await running;
  assert.equal(server.listeners.size, 1);
  await troupe.dispose();
  assert.equal(await aborted, true);
  await call;
  assert.equal(server.listeners.size, 0);
});

test("a process with a server behind a port ends by itself when its troupe is disposed of", () => {
  const program = (used) => `
    import { createTroupe } from "troupe";
    import { createServer } from "troupe/server";
    const { port1, port2 } = new MessageChannel();
    createServer({ tools: [] }).connect(port2);
    const troupe = await createTroupe({ servers: { far: { port: port1 } } });
    if (${used}) await troupe.server("far").tools();
    await troupe.dispose();`;
  for (const used of [true, false])
    execFileSync(process.execPath, ["--input-type=module", "-e", program(used)], { timeout: 20_000 });
});

test("a port that is closed is a server that ended, in a sentence", async (t) => {
  const worker = new Worker(
    `const { parentPort, workerData } = require("node:worker_threads");
     workerData.port.once("message", () => workerData.port.close());`,
    { eval: true, workerData: { port: undefined }, stdout: true },
  );
  worker.on("error", () => undefined);
  await worker.terminate();
  const { port1, port2 } = new MessageChannel();
  port2.once("message", () => port2.close());
  const troupe = await createTroupe({ servers: { gone: { port: port1, timeoutMs: 2000 } } });
  t.after(() => troupe.dispose());
  await assert.rejects(troupe.server("gone").tools(), /The MCP server "gone" (ended|failed)/);
});

test("an agent in a run uses it, asks through it, and learns of tools that are added meanwhile", async (t) => {
  const server = library();
  const model = scripted(
    calls("register"),
    "a rhyme of the model",
    (request) => {
      server.addTool(
        serverTool({ name: "later", description: "Came later.", readOnly: true, run: () => "late" }),
      );
      return { text: request.json().messages.at(-1).content };
    },
    calls("later"),
    (request) => ({ text: request.json().messages.at(-1).content }),
  );
  const troupe = await createTroupe({
    providers: { fake: { call: model.call } },
    servers: { library: server },
  });
  t.after(() => troupe.dispose());
  const run = troupe.run("Register.", {
    approvals: "allow",
    ask: ({ subject }) =>
      subject === "sampling" ? { approve: true } : { action: "accept", content: { name: "Ada" } },
  });
  await eventsOf(run);
  assert.equal((await run).answer, "Ada: a rhyme of the model");
  assert.equal((await troupe.run("Use it.")).answer, "late");
});

test("a server that may ask nobody is told so, and the run goes on", async (t) => {
  const model = scripted(calls("register"), (request) => ({ text: request.json().messages.at(-1).content }));
  const troupe = await createTroupe({
    providers: { fake: { call: model.call } },
    servers: { library: Object.assign(library(), { asks: { elicitation: false } }) },
  });
  t.after(() => troupe.dispose());
  const { answer } = await troupe.run("Register.", { approvals: "allow" });
  assert.match(answer, /This needs a client that offers elicitation\./);
});

test("the official clients of both generations find everything in order", async () => {
  const modern = new ModernClient({ name: "t", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await modern.connect(linkTo(library()));
  const legacy = new LegacyClient(
    { name: "t", version: "1" },
    { capabilities: { elicitation: {}, sampling: {} } },
  );
  legacy.setRequestHandler(ElicitRequestSchema, () => ({ action: "accept", content: { name: "Ada" } }));
  legacy.setRequestHandler(CreateMessageRequestSchema, () => ({
    role: "assistant",
    model: "m",
    content: { type: "text", text: "a rhyme" },
  }));
  await legacy.connect(linkTo(library()));
  for (const client of [modern, legacy]) {
    const { tools } = await client.listTools();
    assert.equal(tools.length, 5);
    const sum = await client.callTool({ name: "add", arguments: { a: 1, b: 2 } });
    assert.deepEqual(sum.structuredContent, { sum: 3 });
    assert.equal((await client.listResourceTemplates()).resourceTemplates.length, 1);
    assert.equal((await client.readResource({ uri: "book://index" })).contents[0].text, "one\ntwo");
    assert.equal((await client.getPrompt({ name: "review", arguments: { title: "E" } })).messages.length, 1);
    await client.ping?.().catch(() => undefined);
  }
  assert.equal(textOf(await legacy.callTool({ name: "register", arguments: {} })), "Ada: a rhyme");
  await Promise.all([modern.close(), legacy.close()]);
});
