// What was added to a request as it left does not come back into the engine, in whatever form it is quoted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import { createServer, serverTool } from "troupe/server";
import { calls, eventsOf, scripted } from "./support/models.mjs";
import { temporaryFolder } from "./support/folder.mjs";
import { tappedTroupe } from "./support/tapped.mjs";

const KEY = 'sk-live-Zz91+/ab"Q7x8Y9w0';

/** What a run heard, keeps and let into the engine of a server's tool that quotes what it was sent. */
async function heard(
  t,
  server,
  { quote = (header) => header, rewrite = (body) => body, header = "authorization", fetch } = {},
) {
  let sent = "";
  const echo = serverTool({ name: "echo", description: "Echoes.", readOnly: true, run: () => quote(sent) });
  const echoing = createServer({ tools: [echo] });
  const logged = [];
  const { troupe, crossed } = await tappedTroupe({
    providers: {
      fake: {
        call: scripted(calls("echo"), (request) => ({ text: request.json().messages.at(-1).content })).call,
      },
    },
    servers: { remote: { url: "https://mcp.example/mcp", ...server } },
    fetch: async (url, init) => {
      const answer = await fetch?.(url, init);
      if (answer) return answer;
      const request = new Request(url, init);
      sent = request.headers.get(header) ?? "";
      if (!sent) return new Response(null, { status: 401, headers: { "www-authenticate": "Bearer" } });
      const response = await echoing.fetch(request);
      return new Response(rewrite(await response.text()), response);
    },
    log: (event) => logged.push(event),
  });
  t.after(() => troupe.dispose());
  const run = troupe.run("Echo.", { pattern: "direct" });
  const events = await eventsOf(run);
  const { answer } = await run;
  return { answer, said: crossed() + run.journal() + JSON.stringify([events, logged]) };
}

const unicode = (text) =>
  [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");

test("a key that is quoted in other spellings is none in the journal", async (t) => {
  const base64 = (text) => btoa(text);
  const address = (text) => base64(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const spellings = {
    plain: (key) => key,
    quoted: (key) => JSON.stringify(key),
    "twice quoted": (key) => JSON.stringify(JSON.stringify({ key })),
    percent: encodeURIComponent,
    base64,
    "base64 of a header": (key) => base64(`x-key: ${key}`),
    "base64 of a longer one": (key) => base64(`the x-key: ${key}, and more`),
    "base64 in an address": address,
    "most of it": (key) => `${key.slice(0, 17)}***`,
  };
  for (const [name, quote] of Object.entries(spellings)) {
    const { answer, said } = await heard(t, { headers: { "x-key": KEY } }, { quote, header: "x-key" });
    assert.match(answer, /\[secret\]/, name);
    assert.ok(!said.includes(quote(KEY)), name);
    assert.ok(!said.includes("Zz91"), name);
  }
});

test("a key that JSON escapes as some libraries do is found, and the JSON stays whole", async (t) => {
  const token = "AbCdEf+GhIjKl/MnOpQr+StUvWx==";
  for (const rewrite of [
    (body) => body.replaceAll("+", "\\u002B"),
    (body) => body.replaceAll(token, unicode(token)),
    (body) => body.replaceAll(token, unicode(token).toUpperCase().replaceAll("\\U", "\\u")),
    (body) => body.replaceAll("/", "\\/"),
  ]) {
    const { answer, said } = await heard(
      t,
      { token },
      { rewrite, quote: (header) => `"${header.slice(7)}" it was` },
    );
    assert.equal(answer, '"[secret]" it was');
    assert.ok(!said.includes("GhIjKl") && !said.includes(unicode("GhIjKl")));
  }
});

test("what stands behind a scheme is a secret of its own, and so is the password of Basic", async (t) => {
  const behind = await heard(
    t,
    { headers: { authorization: "token abcdefghijklmnop1234567890" } },
    { quote: (header) => header.split(" ")[1] },
  );
  assert.equal(behind.answer, "[secret]");
  const password = "hunter2hunter2hunter2";
  const basic = await heard(
    t,
    { headers: { authorization: `Basic ${btoa(`alice:${password}`)}` } },
    { quote: (header) => `${atob(header.slice(6)).split(":")[1]} of alice` },
  );
  assert.equal(basic.answer, "[secret] of alice");
});

test("access that was got by OAuth is redacted as a token of the options is", async (t) => {
  const token = "access-token-1234567890abcdef";
  const documents = {
    "/.well-known/oauth-protected-resource/mcp": {
      resource: "https://mcp.example/mcp",
      authorization_servers: ["https://as.example"],
    },
    "/.well-known/oauth-authorization-server": {
      issuer: "https://as.example",
      authorization_endpoint: "https://as.example/authorize",
      token_endpoint: "https://as.example/token",
      response_types_supported: ["code"],
      token_endpoint_auth_methods_supported: ["client_secret_post"],
    },
    "/token": { access_token: token, token_type: "Bearer", expires_in: 3600 },
  };
  const auth = { grant: { type: "client_credentials" }, client: { id: "mine", secret: "of the client" } };
  const { answer, said } = await heard(
    t,
    { auth },
    {
      quote: (header) => `It is ${header}.`,
      fetch: (url) => {
        const document = documents[new URL(url).pathname];
        return document && Response.json(document);
      },
    },
  );
  assert.equal(answer, "It is [secret].");
  assert.ok(!said.includes(token));
});

test("what a signature added is redacted, and the time and the host that it signed are not", async () => {
  const session = "FwoGZXIvYXdzEJr-session-token";
  const { troupe, crossed } = await tappedTroupe({
    providers: {
      bedrock: {
        type: "bedrock",
        region: "us-east-1",
        model: "m",
        sign: async ({ headers }) => ({
          ...headers,
          "x-amz-security-token": session,
          "x-amz-date": "20261201T041439Z",
        }),
      },
    },
    fetch: async (_url, init) => {
      const headers = new Headers(init.headers);
      const message = `${headers.get("x-amz-security-token")} of ${headers.get("x-amz-date")} is invalid`;
      return Response.json({ message }, { status: 403 });
    },
  });
  const { stop } = await troupe.run("Hello.", { pattern: "direct" });
  await troupe.dispose();
  assert.match(stop.sentence, /\[secret\] of 20261201T041439Z is invalid/);
  assert.ok(!crossed().includes(session));
});

test("what is short or common stays as it is", async (t) => {
  const headers = {
    "x-title": "Weather",
    accept: "application/json",
    referer: "https://app.example.com/",
    "x-key": "s3cr3t-15chars!",
  };
  const words = "The Weather at https://app.example.com/ is application/json, s3cr3t-15chars! and more";
  const { answer } = await heard(t, { headers }, { quote: () => words, header: "x-key" });
  assert.equal(answer, words);
});

test("secrets in the variables of a local server are taken out of its results and its log", async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, "server.mjs");
  await writeFile(
    file,
    `import { createInterface } from "node:readline";
     const said = () => JSON.stringify(process.env);
     console.error("up with " + said());
     const results = {
       initialize: { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } },
       "tools/list": { tools: [{ name: "echo", inputSchema: { type: "object" }, annotations: { readOnlyHint: true } }] },
       "tools/call": { content: [{ type: "text", text: said() }] },
     };
     createInterface({ input: process.stdin }).on("line", (line) => {
       const { id, method } = JSON.parse(line);
       if (id !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result: results[method] ?? {} }));
     });`,
  );
  const env = {
    API_KEY: "ENV-SECRET-0123456789",
    DATABASE_URL: "postgres://me:the-passw0rd-of-it@db.example/customers",
    TOKEN_FILE: file,
    DATABASE: "customers_production_2026",
  };
  const logged = [];
  const { troupe, crossed } = await tappedTroupe({
    providers: {
      fake: {
        call: scripted(calls("echo"), (request) => ({ text: request.json().messages.at(-1).content })).call,
      },
    },
    servers: { local: { command: process.execPath, args: [file], env, era: "legacy" } },
    log: ({ text }) => logged.push(text),
  });
  const run = troupe.run("Echo.", { pattern: "direct" });
  const { answer } = await run;
  await troupe.dispose();
  const said = crossed() + run.journal() + answer + logged.join("\n");
  assert.match(answer, /"API_KEY":"\[secret\]","DATABASE_URL":"\[secret\]"/);
  assert.match(logged.join("\n"), /"API_KEY":"\[secret\]"/);
  assert.ok(!said.includes(env.API_KEY) && !said.includes("the-passw0rd-of-it"));
  for (const kept of [env.DATABASE, env.TOKEN_FILE]) assert.ok(answer.includes(kept), kept);
});

test("a stream that is cut anywhere is redacted, and all else of it comes through", async () => {
  const said = `before ${KEY} between %2 \\u00 ${encodeURIComponent(KEY)} after ${KEY.slice(0, 9)}, \\`;
  const stream = `data: ${JSON.stringify({ choices: [{ delta: { content: said }, finish_reason: "stop" }] })}\n\ndata: [DONE]\n\n`;
  const bytes = new TextEncoder().encode(stream);
  for (const size of [1, 2, 3, 7, 11, 50, bytes.length]) {
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const { troupe } = await tappedTroupe({
      providers: { vendor: { url: "https://vendor.example/v1", model: "m", headers: { "x-key": KEY } } },
      fetch: async () => new Response(body, { headers: { "content-type": "text/event-stream" } }),
    });
    const { answer } = await troupe.run("Hello.", { pattern: "direct" });
    await troupe.dispose();
    assert.equal(answer, `before [secret] between %2 \\u00 [secret] after ${KEY.slice(0, 9)}, \\`, `${size}`);
  }
});
