// Servers of `createServer` over HTTP, used by our own client and by the official ones, in both generations.
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
import { serverTool } from "troupe/server";
import { everythingOf, library, textOf } from "./support/library.mjs";
import { MODERN, url } from "./support/requests.mjs";

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
