// Servers of `createServer` as functions of web requests: used by our own client and by the official ones, in both
// generations, and what they refuse.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
} from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as LegacyHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { createTroupe } from "troupe";
import { createServer, serverTool } from "troupe/server";
import { everythingOf, library, textOf } from "./support/library.mjs";

const url = "https://library.example/mcp";
const MODERN = "2026-07-28";
const meta = (more) => ({
  "io.modelcontextprotocol/protocolVersion": MODERN,
  "io.modelcontextprotocol/clientCapabilities": {},
  ...more,
});

/** What a client of 2026-07-28 sends. */
function modern(method, { _meta, ...params } = {}, { headers, ...init } = {}) {
  return new Request(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": MODERN,
      "mcp-method": method,
      ...((params.name ?? params.uri) && { "mcp-name": params.name ?? params.uri }),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 7, method, params: { ...params, _meta: meta(_meta) } }),
    ...init,
  });
}

const post = (body, { headers, ...init } = {}) =>
  new Request(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...init,
  });

/** What a client with a handshake sends. */
const legacy = (method, params = {}, init) => post({ jsonrpc: "2.0", id: 7, method, params }, init);

const typeOf = (response) => response.headers.get("content-type");

/** The messages of a stream, as they come. */
async function* messagesOf(response) {
  assert.equal(typeOf(response), "text/event-stream");
  let text = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2))
      if (text.startsWith("data: ")) yield JSON.parse(text.slice(6, end));
  }
}

async function allOf(response) {
  const messages = [];
  for await (const message of messagesOf(response)) messages.push(message);
  return messages;
}

/** The next message of a stream that goes on. */
const nextOf = async (messages) => (await messages.next()).value;

/** A server with one tool. */
const withTool = (run, more) =>
  createServer({ tools: [serverTool({ name: "it", description: "It.", run, ...more })] });

const callIt = (server, params, init) => server.fetch(modern("tools/call", { name: "it", ...params }, init));

for (const era of ["modern", "legacy"])
  test(`our own client finds everything over HTTP (${era})`, async (t) => {
    const server = library();
    const fetch = (url, init) => server.fetch(new Request(url, init));
    const troupe = await createTroupe({ servers: { library: { url, era } }, fetch });
    t.after(() => troupe.dispose());
    const connected = troupe.server("library");
    await everythingOf(connected, { asks: era === "modern" });
    if (era === "modern") return;
    const refused = await connected.call("register");
    assert.equal(refused.isError, true);
    assert.match(
      textOf(refused),
      /keeps no session, and without one a client of 2025-11-25 or older can neither/,
    );
  });

test("our own client finds out the generation, and hears of changes while it listens", async (t) => {
  const server = library();
  const fetch = (url, init) => server.fetch(new Request(url, init));
  const troupe = await createTroupe({ servers: { library: { url } }, fetch });
  t.after(() => troupe.dispose());
  const connected = troupe.server("library");
  assert.deepEqual((await connected.about()).supportedVersions, [MODERN]);
  let told;
  const changed = new Promise((resolve) => (told = resolve));
  const stop = await connected.watch(told, ["book://index"]);
  while (server.listeners.size === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  server.updated("book://index");
  assert.deepEqual(await changed, { resource: "book://index" });
  await stop();
  while (server.listeners.size > 0) await new Promise((resolve) => setTimeout(resolve, 1));
});

test("the official client of 2026-07-28 uses it, is asked, and listens", async (t) => {
  const server = library();
  const client = new ModernClient(
    { name: "t", version: "1" },
    { capabilities: { elicitation: { form: {} }, sampling: {} }, versionNegotiation: { mode: "auto" } },
  );
  client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: { name: "Ada" } }));
  client.setRequestHandler("sampling/createMessage", () => ({
    role: "assistant",
    model: "m",
    content: { type: "text", text: "a rhyme" },
  }));
  await client.connect(
    new ModernHttp(new URL(url), { fetch: (url, init) => server.fetch(new Request(url, init)) }),
  );
  t.after(() => client.close());
  assert.equal(client.getProtocolEra(), "modern");
  assert.equal((await client.listTools()).tools.length, 5);
  const sum = await client.callTool({ name: "add", arguments: { a: 1, b: 2 } });
  assert.deepEqual(sum.structuredContent, { sum: 3 });
  const heard = [];
  await client.callTool(
    { name: "count", arguments: {} },
    { onprogress: ({ message }) => heard.push(message) },
  );
  assert.deepEqual(heard, ["book 1", "book 2", "book 3"]);
  assert.equal(textOf(await client.callTool({ name: "register", arguments: {} })), "Ada: a rhyme");
  assert.equal((await client.readResource({ uri: "book://index" })).contents[0].text, "one\ntwo");
  assert.equal((await client.getPrompt({ name: "review", arguments: { title: "E" } })).messages.length, 1);
  await assert.rejects(client.readResource({ uri: "book://none" }), /There is no resource book:\/\/none/);
  const changed = new Promise((resolve) =>
    client.setNotificationHandler("notifications/tools/list_changed", resolve),
  );
  const subscription = await client.listen({ toolsListChanged: true, promptsListChanged: true });
  assert.deepEqual(subscription.honoredFilter, { toolsListChanged: true });
  server.addTool(serverTool({ name: "later", description: "Came later.", run: () => "late" }));
  await changed;
  assert.equal((await client.listTools()).tools.length, 6);
  await subscription.close();
  assert.equal(server.listeners.size, 0);
});

test("the official client of 2025-11-25 uses it without a session", async (t) => {
  const server = library();
  const client = new LegacyClient({ name: "t", version: "1" }, { capabilities: { elicitation: {} } });
  await client.connect(
    new LegacyHttp(new URL(url), { fetch: (url, init) => server.fetch(new Request(url, init)) }),
  );
  t.after(() => client.close());
  assert.deepEqual(client.getServerCapabilities().tools, {});
  assert.equal(client.getInstructions(), "Knows books.");
  assert.equal((await client.listTools()).tools.length, 5);
  const sum = await client.callTool({ name: "add", arguments: { a: 1, b: 2 } });
  assert.deepEqual(sum.structuredContent, { sum: 3 });
  const heard = [];
  const onprogress = ({ message }) => heard.push(message);
  await client.callTool({ name: "count", arguments: {} }, undefined, { onprogress });
  assert.deepEqual(heard, ["book 1", "book 2", "book 3"]);
  assert.equal((await client.readResource({ uri: "book://index" })).contents[0].text, "one\ntwo");
  await client.ping();
  await client.setLoggingLevel("info");
  assert.match(textOf(await client.callTool({ name: "register", arguments: {} })), /One of 2026-07-28 can\./);
  await assert.rejects(client.subscribeResource({ uri: "book://index" }), /nor told of changes/);
});

test("a tool that says nothing is answered by JSON, and one that tells how far it is by a stream", async () => {
  const server = withTool(async ({ steps = 0 }, { progress }) => {
    for (let i = 1; i <= steps; i++) {
      progress(i, steps);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return "done";
  });
  const quiet = await callIt(server, { _meta: { progressToken: 1 } });
  assert.equal(typeOf(quiet), "application/json");
  const { id, result } = await quiet.json();
  assert.equal(id, 7);
  assert.deepEqual(result, { resultType: "complete", content: [{ type: "text", text: "done" }] });
  const told = await callIt(server, { arguments: { steps: 2 }, _meta: { progressToken: "p" } });
  assert.equal(told.headers.get("cache-control"), "no-store");
  const messages = await allOf(told);
  assert.deepEqual(
    messages.map(({ method, id }) => method ?? id),
    ["notifications/progress", "notifications/progress", 7],
  );
  assert.deepEqual(messages[1].params, { progressToken: "p", progress: 2, total: 2 });
  const deaf = await callIt(server, { arguments: { steps: 2 } });
  assert.equal(typeOf(deaf), "application/json");
  const init = { headers: { accept: "application/json" } };
  const takesJson = await callIt(server, { arguments: { steps: 2 }, _meta: { progressToken: 1 } }, init);
  assert.equal((await takesJson.json()).result.content[0].text, "done");
});

test("the stream begins when something is said, and not when all is over", async () => {
  let go;
  const server = withTool(async (_, { progress }) => {
    progress(1);
    await new Promise((resolve) => (go = resolve));
    return "done";
  });
  const messages = messagesOf(await callIt(server, { _meta: { progressToken: 1 } }));
  assert.equal((await nextOf(messages)).params.progress, 1);
  go();
  assert.equal((await nextOf(messages)).result.content[0].text, "done");
  assert.equal((await messages.next()).done, true);
});

test("what is said after the reply is not sent, and what fails after a word was said is in the stream", async () => {
  let late;
  const quiet = withTool((_, { progress }) => ((late = progress), "done"));
  const response = await callIt(quiet, { _meta: { progressToken: 1 } });
  late(1);
  assert.equal((await response.json()).result.content[0].text, "done");
  const failing = createServer({
    tools: [
      serverTool({
        name: "it",
        description: "It.",
        run: async (_, { progress, elicit }) => {
          progress(1);
          await elicit("Who?", { type: "object", properties: {} });
        },
      }),
    ],
  });
  const failed = await callIt(failing, { _meta: { progressToken: 1 } });
  assert.equal(failed.status, 200);
  assert.equal((await allOf(failed)).at(-1).error.code, -32021);
});

test("a result that is no JSON is said, and not thrown", async () => {
  const server = withTool(() => ({ content: [], structuredContent: { big: 1n } }));
  const { error } = await (await callIt(server)).json();
  assert.equal(error.code, -32603);
  assert.match(error.message, /BigInt/);
});

test("a stateless client gets log messages if it asks for them, from the level on that it says", async () => {
  const server = withTool((_, { log }) => {
    for (const level of ["debug", "info", "warning", "error"]) log(level, `a ${level}`);
    return "done";
  });
  assert.equal(typeOf(await callIt(server)), "application/json");
  const logged = await callIt(server, { _meta: { "io.modelcontextprotocol/logLevel": "warning" } });
  const messages = await allOf(logged);
  assert.deepEqual(
    messages.slice(0, -1).map(({ params }) => params.data),
    ["a warning", "a error"],
  );
  const nonsense = await callIt(server, { _meta: { "io.modelcontextprotocol/logLevel": "loud" } });
  assert.equal(typeOf(nonsense), "application/json");
});

test("a stateless client is asked in its result, all at once what is asked at once, and only what it offers", async () => {
  const form = { type: "object", properties: { name: { type: "string" } } };
  const server = withTool(async (_, { elicit, sample }) => {
    const [{ content }, { model }] = await Promise.all([elicit("Who?", form), sample({ messages: [] })]);
    const again = await elicit("Sure?", form);
    return `${content.name} ${model} ${again.action}`;
  });
  const capabilities = { elicitation: {}, sampling: {} };
  const _meta = { "io.modelcontextprotocol/clientCapabilities": capabilities };
  const resultOf = async (params) => (await (await callIt(server, { _meta, ...params })).json()).result;
  const first = await resultOf();
  assert.equal(first.resultType, "input_required");
  const asked = Object.entries(first.inputRequests);
  assert.deepEqual(
    asked.map(([, { method }]) => method),
    ["elicitation/create", "sampling/createMessage"],
  );
  const inputResponses = {
    [asked[0][0]]: { action: "accept", content: { name: "Ada" } },
    [asked[1][0]]: { role: "assistant", model: "m", content: { type: "text", text: "x" } },
  };
  const second = await resultOf({ inputResponses, requestState: first.requestState });
  const [key] = Object.keys(second.inputRequests);
  const last = await resultOf({
    inputResponses: { [key]: { action: "decline" } },
    requestState: second.requestState,
  });
  assert.equal(last.content[0].text, "Ada m decline");

  const cannot = await callIt(server);
  assert.equal(cannot.status, 400);
  const { error } = await cannot.json();
  assert.equal(error.code, -32021);
  assert.deepEqual(error.data, { requiredCapabilities: { elicitation: {} } });
  const tampered = await callIt(server, { _meta, inputResponses, requestState: "{" });
  assert.equal((await tampered.json()).error.code, -32602);
});

test("a client that goes away aborts the tool's signal, before and after it was told something", async () => {
  let aborted;
  const gone = () => new Promise((resolve) => (aborted = resolve));
  const server = withTool((_, { signal, progress }) => {
    progress(1);
    return new Promise((_resolve, reject) => {
      signal.onabort = () => {
        aborted(signal.reason.message);
        reject(signal.reason);
      };
    });
  });
  const leaving = new AbortController();
  let heard = gone();
  const quiet = callIt(server, {}, { signal: leaving.signal });
  setTimeout(() => leaving.abort(), 5);
  assert.equal(await heard, "The client is gone.");
  await quiet;

  heard = gone();
  const streamed = await callIt(server, { _meta: { progressToken: 1 } });
  await streamed.body.cancel();
  assert.equal(await heard, "The client is gone.");

  const left = withTool((_, { signal }) => String(signal.aborted));
  const late = await callIt(left, {}, { signal: AbortSignal.abort() });
  assert.equal((await late.json()).result.content[0].text, "true");
});

test("a signal is not aborted by a client that goes away after the reply", async () => {
  let kept;
  const server = withTool((_, { signal }) => ((kept = signal), "done"));
  const leaving = new AbortController();
  await (await callIt(server, {}, { signal: leaving.signal })).text();
  leaving.abort();
  assert.equal(kept.aborted, false);
});

test("a stream of changes begins with what is heard, tells that alone, and ends with the client", async () => {
  const server = library();
  const wanted = {
    toolsListChanged: true,
    promptsListChanged: true,
    resourceSubscriptions: ["book://index"],
  };
  const listen = (notifications, init) =>
    server.fetch(modern("subscriptions/listen", { notifications }, init));
  const leaving = new AbortController();
  const both = messagesOf(await listen(wanted, { signal: leaving.signal }));
  const tools = messagesOf(await listen({ toolsListChanged: true }));
  const _meta = { "io.modelcontextprotocol/subscriptionId": 7 };
  assert.deepEqual(await nextOf(both), {
    jsonrpc: "2.0",
    method: "notifications/subscriptions/acknowledged",
    params: {
      notifications: { toolsListChanged: true, resourceSubscriptions: ["book://index"] },
      _meta,
    },
  });
  assert.deepEqual((await nextOf(tools)).params.notifications, { toolsListChanged: true });
  server.updated("book://cover");
  server.updated("book://index");
  assert.deepEqual((await nextOf(both)).params, { uri: "book://index", _meta });
  server.removeTool("fail");
  for (const messages of [both, tools])
    assert.equal((await nextOf(messages)).method, "notifications/tools/list_changed");
  await tools.return();
  assert.equal(server.listeners.size, 1);
  leaving.abort();
  assert.deepEqual((await nextOf(both)).result, { resultType: "complete" });
  assert.equal(server.listeners.size, 0);
  const nothing = await listen(undefined);
  assert.match((await nothing.json()).error.message, /What is listened to is said in "notifications"/);
  await listen(wanted, { signal: AbortSignal.abort() });
  assert.equal(server.listeners.size, 0);
});

test("a silent stream gives signs of life", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { body } = await library().fetch(
    modern("subscriptions/listen", { notifications: { toolsListChanged: true } }),
  );
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  assert.match((await reader.read()).value, /acknowledged/);
  t.mock.timers.tick(15_000);
  assert.equal((await reader.read()).value, ":\n\n");
  await reader.cancel();
});

test("who does not read misses notifications, and nothing is piled up for it", async () => {
  const server = withTool((_, { progress }) => {
    for (let i = 0; i < 5000; i++) progress(i);
    return "done";
  });
  const messages = await allOf(await callIt(server, { _meta: { progressToken: 1 } }));
  assert.ok(messages.length < 1100, `${messages.length} messages`);
  assert.equal(messages.at(-1).result.content[0].text, "done");
});

test("notifications are taken, and there are neither GET nor DELETE, in a sentence", async () => {
  const server = library();
  const initialized = await server.fetch(post({ jsonrpc: "2.0", method: "notifications/initialized" }));
  assert.equal(initialized.status, 202);
  assert.equal(await initialized.text(), "");
  for (const method of ["GET", "DELETE", "PUT", "OPTIONS"]) {
    const response = await server.fetch(new Request(url, { method }));
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "POST");
    assert.equal((await response.json()).error.message, `MCP without sessions takes POST, not ${method}.`);
  }
});

test("what is no message is refused in a sentence", async () => {
  const server = library();
  const refusal = async (request) => {
    const response = await server.fetch(request);
    assert.equal(typeOf(response), "application/json");
    const { id, error } = await response.json();
    return `${response.status} ${id} ${error.code} ${error.message}`;
  };
  assert.equal(await refusal(post("{")), "400 null -32700 That is no JSON.");
  assert.equal(await refusal(post("")), "400 null -32700 That is no JSON.");
  const none = "400 null -32600 That is no message of JSON-RPC 2.0.";
  for (const body of ["null", "1", "{}", { jsonrpc: "1.0", id: 1, method: "ping" }])
    assert.equal(await refusal(post(body)), none);
  for (const more of [{ id: null }, { id: {} }, { method: 1 }, { params: "x" }])
    assert.equal(await refusal(post({ jsonrpc: "2.0", id: 1, method: "ping", ...more })), none);
  assert.equal(
    await refusal(post([{ jsonrpc: "2.0", id: 1, method: "ping" }])),
    "400 null -32600 That is a batch of messages: send them one by one.",
  );
  assert.equal(
    await refusal(post({ jsonrpc: "2.0", id: 1, result: {} })),
    "400 null -32600 Nothing was asked that this could answer.",
  );
  const plain = { headers: { "content-type": "text/plain" } };
  assert.equal(
    await refusal(post("{}", plain)),
    '415 null -32000 A message is application/json, not "text/plain".',
  );
  const charset = legacy("ping", {}, { headers: { "content-type": "application/json; charset=utf-8" } });
  assert.equal((await server.fetch(charset)).status, 200);
});

test("a body beyond 4 MiB is refused without being read", async () => {
  const server = library();
  let read = 0;
  const endless = () =>
    new ReadableStream({
      pull: (controller) => {
        read += 1 << 20;
        controller.enqueue(new Uint8Array(1 << 20).fill(32));
      },
    });
  const refused = await server.fetch(post("", { body: endless(), duplex: "half" }));
  assert.equal(refused.status, 413);
  assert.equal((await refused.json()).error.message, "The message is larger than 4 MiB.");
  assert.ok(read <= 6 << 20, `${read} bytes`);
  read = 0;
  const headers = { "content-length": String(5 << 20) };
  assert.equal((await server.fetch(post("", { body: endless(), duplex: "half", headers }))).status, 413);
  assert.ok(read <= 1 << 20, `${read} bytes`);
  const large = await server.fetch(
    legacy("prompts/get", { name: "review", arguments: { title: "é".repeat(1 << 20) } }),
  );
  assert.match((await large.json()).result.messages[0].content.text, /^Review é{1048576}\.$/);
});

test("the headers of a stateless request are held against it", async () => {
  const server = library();
  const refusal = async (request) => {
    const response = await server.fetch(request);
    const { id, error, result } = await response.json();
    assert.equal(id, 7);
    return error ? `${response.status} ${error.code} ${error.message}` : Object.keys(result);
  };
  const read = (headers, uri = "book://index") => modern("resources/read", { uri }, { headers });
  assert.ok((await refusal(read())).includes("contents"));
  assert.match(
    await refusal(read({ "mcp-method": "tools/call" })),
    /^400 -32020 The header Mcp-Method says "tools\/call", and the request "resources\/read"\.$/,
  );
  assert.match(await refusal(read({ "mcp-name": "book://cover" })), /^400 -32020 The header Mcp-Name says/);
  assert.match(
    await refusal(read({ "mcp-protocol-version": "2025-11-25" })),
    /^400 -32020 .*MCP-Protocol-Version/,
  );
  for (const name of ["mcp-protocol-version", "mcp-method", "mcp-name"]) {
    const request = read();
    request.headers.delete(name);
    assert.match(await refusal(request), new RegExp(`^400 -32020 The header ${name} is missing`, "i"));
  }
  const coded = (text) => `=?base64?${Buffer.from(text).toString("base64")}?=`;
  assert.ok(
    (await refusal(read({ "mcp-name": coded("book://é/page") }, "book://é/page"))).includes("contents"),
  );
  for (const wrong of [coded("book://e/page"), "=?base64?w6k?=", "=?base64?!!!!?="])
    assert.match(await refusal(read({ "mcp-name": wrong }, "book://é/page")), /^400 -32020/);
});

test("arguments that a tool wants in headers are held against those, and our own client sends them", async (t) => {
  const input = {
    type: "object",
    properties: {
      region: { type: "string", "x-mcp-header": "Region" },
      deep: { type: "object", properties: { count: { type: "integer", "x-mcp-header": "Count" } } },
      sure: { type: "boolean", "x-mcp-header": "Sure" },
    },
  };
  const server = withTool((args) => JSON.stringify(args), { input, readOnly: true });
  const args = { region: "é", deep: { count: 42 }, sure: true };
  const given = (headers) => callIt(server, { arguments: args }, { headers });
  const headers = {
    "mcp-param-region": "=?base64?w6k=?=",
    "mcp-param-count": "42.0",
    "mcp-param-sure": "true",
  };
  assert.equal((await given(headers)).status, 200);
  for (const wrong of [
    { "mcp-param-region": "e" },
    { "mcp-param-count": "" },
    { "mcp-param-sure": "false" },
  ]) {
    const response = await given({ ...headers, ...wrong });
    assert.equal(response.status, 400);
    assert.equal((await response.json()).error.code, -32020);
  }
  assert.match((await (await given()).json()).error.message, /The header Mcp-Param-Region is missing/);
  assert.equal((await callIt(server)).status, 200);
  const fetch = (url, init) => server.fetch(new Request(url, init));
  const troupe = await createTroupe({ servers: { s: { url } }, fetch });
  t.after(() => troupe.dispose());
  assert.equal(textOf(await troupe.server("s").call("it", args)), JSON.stringify(args));
});

test("a request says its version and what the client can do, or is told what is missing", async () => {
  const server = library();
  const refusal = async (request) => {
    const response = await server.fetch(request);
    return { status: response.status, ...(await response.json()).error };
  };
  const version = "io.modelcontextprotocol/protocolVersion";
  const other = modern(
    "tools/list",
    { _meta: { [version]: "2027-01-01" } },
    { headers: { "mcp-protocol-version": "2027-01-01" } },
  );
  assert.deepEqual(await refusal(other), {
    status: 400,
    code: -32022,
    message: "This server speaks 2026-07-28.",
    data: { supported: [MODERN], requested: "2027-01-01" },
  });
  const incapable = modern("tools/list", {
    _meta: { "io.modelcontextprotocol/clientCapabilities": undefined },
  });
  assert.match(
    (await refusal(incapable)).message,
    /has what its client can do as _meta\["io.modelcontextprotocol/,
  );
  const headers = { "mcp-protocol-version": MODERN };
  const bare = await refusal(legacy("tools/list", {}, { headers }));
  assert.deepEqual([bare.status, bare.code], [400, -32602]);
  const unknown = await refusal(
    legacy("tools/list", {}, { headers: { "mcp-protocol-version": "1999-01-01" } }),
  );
  assert.deepEqual([unknown.status, unknown.code], [400, -32022]);
});

test("what a generation does not have is not found, by the status too where that is read", async () => {
  const server = library();
  for (const method of ["initialize", "ping", "logging/setLevel", "resources/subscribe", "x/y"]) {
    const response = await server.fetch(modern(method));
    assert.equal(response.status, 404);
    const { error } = await response.json();
    assert.deepEqual([error.code, error.message], [-32601, `This server has no ${method}.`]);
  }
  for (const method of ["subscriptions/listen", "x/y"]) {
    const response = await server.fetch(legacy(method));
    assert.equal(response.status, 200);
    assert.equal((await response.json()).error.code, -32601);
  }
  const nobody = await server.fetch(modern("tools/call", { name: "none" }));
  assert.equal(nobody.status, 200);
  assert.equal((await nobody.json()).error.message, 'There is no tool "none".');
});

test("a handshake is answered in the revision that the client wants, or in the newest", async () => {
  const server = library();
  for (const [wanted, got] of [
    ["2024-11-05", "2024-11-05"],
    ["1999-01-01", "2025-11-25"],
  ]) {
    const response = await server.fetch(legacy("initialize", { protocolVersion: wanted, capabilities: {} }));
    assert.equal(response.headers.get("mcp-session-id"), null);
    const { result } = await response.json();
    assert.equal(result.protocolVersion, got);
    assert.deepEqual(result.serverInfo, { name: "library", version: "2.0.0" });
    assert.deepEqual(result.capabilities, {
      logging: {},
      tools: {},
      resources: {},
      prompts: {},
      completions: {},
    });
  }
});

test("pages of other origins are refused, also those that pointed their own name here", async () => {
  const server = createServer({ tools: [], origins: ["https://app.example.com"] });
  const from = (origin, at = url, method = "POST") =>
    server.fetch(
      new Request(at, {
        method,
        headers: { origin, "content-type": "application/json" },
        ...(method === "POST" && { body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' }),
      }),
    );
  const foreign = await from("https://evil.example");
  assert.equal(foreign.status, 403);
  assert.equal(
    (await foreign.json()).error.message,
    'Pages of https://evil.example may not call this server. createServer({ origins: ["https://evil.example"] }) lets them.',
  );
  const refused = [
    ["http://evil.example:8787", "http://evil.example:8787/mcp"],
    ["http://127.0.0.1.evil.example", "http://127.0.0.1.evil.example/mcp"],
    ["http://localhost:3000", "http://localhost:8787/mcp"],
    ["null", "http://localhost:8787/mcp"],
    ["http://library.example", url],
  ];
  for (const [origin, at] of refused) assert.equal((await from(origin, at)).status, 403, origin);
  assert.equal((await from("https://evil.example", url, "OPTIONS")).status, 403);
  const own = [
    ["https://library.example", url],
    ["http://localhost:8787", "http://localhost:8787/mcp"],
    ["http://127.0.0.1:8787", "http://127.0.0.1:8787/mcp"],
    ["http://[::1]:8787", "http://[::1]:8787/mcp"],
    ["http://192.168.1.5", "http://192.168.1.5/mcp"],
  ];
  for (const [origin, at] of own) assert.equal((await from(origin, at)).status, 200, origin);

  const allowed = await from("https://app.example.com");
  assert.equal(allowed.status, 200);
  assert.equal(allowed.headers.get("access-control-allow-origin"), "https://app.example.com");
  const asked = new Request(url, {
    method: "OPTIONS",
    headers: {
      origin: "https://app.example.com",
      "access-control-request-headers": "content-type,mcp-method,mcp-param-region",
    },
  });
  const { status, headers } = await server.fetch(asked);
  assert.equal(status, 204);
  assert.equal(headers.get("access-control-allow-headers"), "content-type,mcp-method,mcp-param-region");
  assert.equal(headers.get("access-control-allow-origin"), "https://app.example.com");
});

test("origins are checked when they are given, and a star is every page", async () => {
  for (const wrong of ["app.example.com", "https://app.example.com/", ""])
    assert.throws(() => createServer({ origins: [wrong] }), {
      code: "invalid_input",
      message: /is no origin of pages/,
    });
  const open = createServer({ origins: ["*"] });
  const response = await open.fetch(legacy("ping", {}, { headers: { origin: "https://any.example" } }));
  assert.equal(response.headers.get("access-control-allow-origin"), "https://any.example");
});

test("over Node's own HTTP it does the same, and a client that hangs up aborts", async (t) => {
  const server = library();
  let aborted;
  const gone = new Promise((resolve) => (aborted = resolve));
  server.addTool(
    serverTool({
      name: "wait",
      description: "Waits.",
      readOnly: true,
      run: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.onabort = () => (aborted(), reject(signal.reason));
        }),
    }),
  );
  const http = createHttpServer(async (incoming, outgoing) => {
    const left = new AbortController();
    outgoing.on("close", () => left.abort());
    const { method, headers } = incoming;
    const body = method === "POST" && { body: Readable.toWeb(incoming), duplex: "half" };
    const request = new Request(`http://${headers.host}/mcp`, {
      method,
      headers,
      signal: left.signal,
      ...body,
    });
    const response = await server.fetch(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (!response.body) return outgoing.end();
    outgoing.flushHeaders();
    await pipeline(Readable.fromWeb(response.body), outgoing).catch(() => undefined);
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const troupe = await createTroupe({
    servers: { library: { url: `http://127.0.0.1:${http.address().port}/mcp` } },
  });
  t.after(async () => {
    await troupe.dispose();
    http.closeAllConnections();
    http.close();
  });
  await everythingOf(troupe.server("library"));
  const left = new AbortController();
  const waiting = troupe.server("library").call("wait", {}, { signal: left.signal });
  setTimeout(() => left.abort(new Error("enough")), 50);
  await assert.rejects(waiting, /enough/);
  await gone;
});
