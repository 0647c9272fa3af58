// Answers that send on: the host calls whom its configuration names, and nobody else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTroupe } from "troupe";
import { calls, scripted } from "./support/models.mjs";
import { completes, json, standIn } from "./support/standin.mjs";

const sendsOn =
  (status, location) =>
  ({ response }) => {
    response.writeHead(status, { location });
    response.end("moved");
  };

async function standInFor(t, ...script) {
  const server = await standIn(...script);
  t.after(() => server.close());
  return server;
}

async function troupeWith(t, options) {
  const troupe = await createTroupe(options);
  t.after(() => troupe.dispose());
  return troupe;
}

for (const status of [301, 302, 303, 307, 308])
  test(`a model that sends on to another origin (${status}) is a failure that names it, once`, async (t) => {
    const inner = await standInFor(t, ({ response }) =>
      json(response, 200, { internal: "of the inner host" }),
    );
    const origin = new URL(inner.url).origin;
    const outer = await standInFor(t, sendsOn(status, `${inner.url}/admin/delete?all=1&key=hidden`));
    for (const apiKey of ["sk-1234567890abcdefgh", undefined]) {
      const troupe = await troupeWith(t, {
        providers: { m: { url: outer.url, model: "m", ...(apiKey && { apiKey }) } },
      });
      const run = troupe.run("Hello.", { pattern: "direct" });
      const { stop } = await run;
      assert.equal(stop.error.code, "not_found");
      assert.ok(
        stop.sentence.includes(`sends on to another address at ${origin}. Configure the address`),
        stop.sentence,
      );
      assert.ok(!run.journal().includes("of the inner host") && !run.journal().includes("hidden"));
    }
    assert.deepEqual(inner.requests, []);
    assert.equal(outer.requests.length, 2);
  });

test("a server that sends on to another origin is not followed, whatever headers there are", async (t) => {
  const inner = await standInFor(t, ({ response }) => json(response, 200, {}));
  const outer = await standInFor(t, ({ response, body }) => {
    const results = {
      initialize: {
        protocolVersion: "2025-11-25",
        capabilities: { tools: {} },
        serverInfo: { name: "s", version: "1" },
      },
      "tools/list": {
        tools: [{ name: "look", inputSchema: { type: "object" }, annotations: { readOnlyHint: true } }],
      },
    };
    if (body?.method === "tools/call") return sendsOn(302, inner.url)({ response });
    const result = results[body?.method];
    json(response, result ? 200 : 202, result ? { jsonrpc: "2.0", id: body.id, result } : {});
  });
  for (const more of [
    {},
    { token: "tok-1234567890abcdefgh" },
    { headers: { "x-key": "k-1234567890abcdefgh" } },
  ]) {
    const { call } = scripted(calls("look"), (request) => ({ text: request.json().messages.at(-1).content }));
    const troupe = await troupeWith(t, {
      providers: { fake: { call } },
      servers: { outer: { url: outer.url, era: "legacy", ...more } },
    });
    const { answer } = await troupe.run("Look.", { pattern: "direct" });
    assert.ok(answer.includes(`sends on to another address at ${new URL(inner.url).origin}.`), answer);
  }
  assert.deepEqual(inner.requests, []);
});

test("a redirect to the same origin is followed with the same request, and signed anew", async (t) => {
  for (const status of [307, 308]) {
    const model = await standInFor(t, sendsOn(status, "/v1/elsewhere"), completes("Hello."));
    const signed = [];
    const sign = async ({ url, headers }) => (
      signed.push(new URL(url).pathname),
      { ...headers, "x-key": "k" }
    );
    const troupe = await troupeWith(t, {
      providers: { m: { url: model.url, model: "m", stream: false, headers: { "x-own": "mine" } } },
    });
    assert.equal((await troupe.run("Hi.", { pattern: "direct" })).answer, "Hello.");
    const [first, second] = model.requests;
    assert.deepEqual(
      [second.method, second.path, second.body, second.headers["x-own"]],
      ["POST", "/v1/elsewhere", first.body, "mine"],
    );
    const bedrock = await standInFor(t, sendsOn(status, "/there"), ({ response }) =>
      json(response, 403, { message: "no" }),
    );
    const other = await troupeWith(t, {
      providers: { b: { type: "bedrock", url: bedrock.url, region: "us-east-1", model: "m", sign } },
    });
    await other.run("Hi.", { pattern: "direct" });
    assert.equal(signed.at(-1), "/there");
  }
});

test("a redirect that makes another request of it, or goes on for ever, is said", async (t) => {
  for (const [status, said, requests] of [
    [302, /with the status 302, and that does not repeat a POST\. Configure/, 1],
    [307, /, again and again\. Configure/, 4],
  ]) {
    const model = await standInFor(t, sendsOn(status, "/v1/round"));
    const troupe = await troupeWith(t, { providers: { m: { url: model.url, model: "m" } } });
    assert.match((await troupe.run("Hi.", { pattern: "direct" })).stop.sentence, said);
    assert.equal(model.requests.length, requests);
  }
});

test("a browser, which does not say whereto, says that much", async (t) => {
  const troupe = await troupeWith(t, {
    providers: { m: { url: "https://models.example/v1", model: "m" } },
    fetch: async () =>
      Object.defineProperties(new Response(), { type: { value: "opaqueredirect" }, status: { value: 0 } }),
  });
  const { stop } = await troupe.run("Hi.", { pattern: "direct" });
  assert.match(
    stop.sentence,
    /https:\/\/models\.example sends on to another address, and this host is not told to which\./,
  );
});
