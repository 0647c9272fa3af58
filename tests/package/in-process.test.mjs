// Servers in this process and behind ports: used by our own client in both generations, by the official ones, and in runs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { Client as ModernClient } from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { CreateMessageRequestSchema, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { createTroupe } from "troupe";
import { createServer, serverTool } from "troupe/server";
import { z } from "zod";
import { calls, eventsOf, scripted } from "./support/models.mjs";

function library() {
  return createServer({
    name: "library",
    version: "2.0.0",
    instructions: "Knows books.",
    tools: [
      serverTool({
        name: "add",
        description: "Adds two numbers.",
        input: z.object({ a: z.number(), b: z.number() }),
        output: { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] },
        readOnly: true,
        run: ({ a, b }) => ({ sum: a + b }),
      }),
      serverTool({
        name: "fail",
        description: "Fails.",
        run: () => {
          throw new Error("The shelf is empty.");
        },
      }),
      serverTool({
        name: "count",
        description: "Counts slowly.",
        readOnly: true,
        run: async (_, { progress, log, signal }) => {
          log("info", "counting");
          for (let i = 1; i <= 3; i++) progress(i, 3, `book ${i}`);
          return String(signal.aborted);
        },
      }),
      serverTool({
        name: "hang",
        description: "Waits until nobody waits for it.",
        readOnly: true,
        run: (_, { signal }) =>
          new Promise((_resolve, reject) => (signal.onabort = () => reject(signal.reason))),
      }),
      serverTool({
        name: "register",
        description: "Asks for a name, and then the model for a rhyme.",
        run: async (_, { elicit, sample }) => {
          const form = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
          const said = await elicit("Who are you?", form);
          if (said.action !== "accept") return `no: ${said.action}`;
          const { content } = await sample({
            messages: [
              { role: "user", content: { type: "text", text: `A rhyme for ${said.content.name}.` } },
            ],
            maxTokens: 50,
          });
          return `${said.content.name}: ${content.text}`;
        },
      }),
    ],
    resources: [
      { uri: "book://index", name: "index", mimeType: "text/plain", read: () => "one\ntwo" },
      { uri: "book://cover", name: "cover", mimeType: "image/png", read: () => new Uint8Array([1, 2, 255]) },
      {
        uri: "book://{title}/page",
        name: "page",
        read: (_, { title }) => `A page of ${title}.`,
        complete: { title: (begin) => ["Emma", "Emil"].filter((each) => each.startsWith(begin)) },
      },
    ],
    prompts: [
      {
        name: "review",
        description: "Reviews a book.",
        arguments: [{ name: "title", required: true, complete: (begin) => (begin === "E" ? ["Emma"] : []) }],
        get: ({ title }) => `Review ${title}.`,
      },
    ],
  });
}

const textOf = ({ content }) => content.map(({ text = "" }) => text).join("\n");

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

async function everythingOf(server) {
  assert.equal((await server.about()).instructions, "Knows books.");
  assert.deepEqual((await server.call("add", { a: 17, b: 25 })).structuredContent, { sum: 42 });
  const wrong = await server.call("add", { a: "x" });
  assert.equal(wrong.isError, true);
  assert.match(textOf(wrong), /The arguments do not fit/);
  assert.match(textOf(await server.call("fail")), /The shelf is empty/);
  const heard = [];
  await server.call("count", {}, { onProgress: ({ message }) => heard.push(message) });
  assert.deepEqual(heard, ["book 1", "book 2", "book 3"]);
  assert.deepEqual(
    (await server.resources()).map(({ uri }) => uri),
    ["book://index", "book://cover"],
  );
  assert.equal((await server.templates())[0].uriTemplate, "book://{title}/page");
  assert.equal((await server.read("book://index"))[0].text, "one\ntwo");
  assert.equal((await server.read("book://cover"))[0].blob, "AQL/");
  assert.equal((await server.read("book://Emma/page"))[0].text, "A page of Emma.");
  await assert.rejects(server.read("book://none"), /There is no resource book:\/\/none/);
  assert.equal((await server.prompts())[0].arguments[0].name, "title");
  assert.equal((await server.prompt("review", { title: "Emma" })).messages[0].content.text, "Review Emma.");
  assert.deepEqual(await server.complete({ prompt: "review" }, { name: "title", value: "E" }), ["Emma"]);
  const template = { template: "book://{title}/page" };
  assert.deepEqual(await server.complete(template, { name: "title", value: "Emi" }), ["Emil"]);
  const left = new AbortController();
  const hanging = server.call("hang", {}, { signal: left.signal });
  setTimeout(() => left.abort(new Error("enough")), 20);
  await assert.rejects(hanging, /enough/);
  const options = {
    elicit: () => ({ action: "accept", content: { name: "Ada" } }),
    sample: () => ({ role: "assistant", model: "m", content: { type: "text", text: "a rhyme" } }),
  };
  assert.equal(textOf(await server.call("register", {}, options)), "Ada: a rhyme");
  assert.equal(textOf(await server.call("register")), "no: decline");
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

test("an application's own server is asked without a text between, and is held to what every server is held to", async (t) => {
  let opened = 0;
  const made = { at: new Date(0) };
  const server = library();
  server.addTool(serverTool({ name: "made", description: "Makes.", readOnly: true, run: () => made }));
  const { open } = server;
  server.open = (send) => (opened++, open.call(server, send));
  const heard = [];
  const troupe = await createTroupe({
    servers: { library: Object.assign(server, { timeoutMs: 50 }) },
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
    /The MCP server "library" did not answer tools\/call within 0.05 seconds/,
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
