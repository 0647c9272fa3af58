// What a server over HTTP does not take: methods, bodies, headers, versions and pages, each in a sentence.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTroupe } from "troupe";
import { createServer } from "troupe/server";
import { library, textOf } from "./support/library.mjs";
import { MODERN, callIt, legacy, modern, post, typeOf, url, withTool } from "./support/requests.mjs";

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
