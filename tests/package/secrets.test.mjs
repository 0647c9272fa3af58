import assert from "node:assert/strict";
import { test } from "node:test";
import { tool } from "troupe";
import { eventsOf } from "./support/models.mjs";
import { completes, fails, json, standIn } from "./support/standin.mjs";
import { tappedTroupe } from "./support/tapped.mjs";

const KEY = "sk-very-secret-0123456789";
const TOKEN = "token-of-the-server-abcdef";
const HEADER = "header-secret-987654";
const ENV = "environment-secret-555";

test("no secret enters the engine, a journal, an event or a log; the servers get them", async (t) => {
  const model = await standIn(
    fails(429, { message: "slow" }, { "retry-after-ms": "1" }),
    completes("Hello."),
  );
  const mcp = await standIn(({ response }) => json(response, 401, { error: "who are you?" }));
  t.after(() => Promise.all([model.close(), mcp.close()]));
  const logged = [];
  const { troupe, crossed } = await tappedTroupe({
    providers: {
      vendor: {
        url: model.url,
        model: "m",
        apiKey: async () => KEY,
        headers: { "x-organisation": HEADER },
        stream: false,
      },
    },
    servers: {
      remote: { url: mcp.url, token: TOKEN, headers: { "x-tenant": () => HEADER } },
      local: { command: process.execPath, args: ["-e", `console.error("up")`, ENV], env: { API_KEY: ENV } },
    },
    tools: [tool({ name: "t", description: "", run: () => null })],
    log: (event) => logged.push(event),
  });
  const run = troupe.run("Say hello.");
  const events = await eventsOf(run);
  assert.equal((await run).answer, "Hello.");
  assert.deepEqual(
    model.requests.map(({ headers }) => [headers.authorization, headers["x-organisation"]]),
    Array(2).fill([`Bearer ${KEY}`, HEADER]),
  );
  assert.ok(mcp.requests.length > 0);
  for (const { headers } of mcp.requests)
    assert.deepEqual([headers.authorization, headers["x-tenant"]], [`Bearer ${TOKEN}`, HEADER]);
  await troupe.dispose();
  const seen = crossed() + run.journal() + JSON.stringify(events) + JSON.stringify(logged);
  assert.ok(seen.includes('"credential":"remote"'));
  for (const secret of [KEY, TOKEN, HEADER, ENV]) assert.equal(seen.includes(secret), false, secret);
});

test("a credential that cannot be had or sent is said without quoting it", async () => {
  const sentence = async (apiKey) => {
    const { troupe, crossed } = await tappedTroupe({
      providers: { vendor: { url: "http://127.0.0.1:9", model: "m", apiKey } },
    });
    const { sentence } = await troupe.probe({ provider: "vendor" });
    await troupe.dispose();
    assert.equal(crossed().includes("sk-"), false);
    return sentence;
  };
  const throws = () => Promise.reject(new Error("the vault is shut"));
  assert.match(
    await sentence(throws),
    /The credential "provider vendor" could not be had: the vault is shut/,
  );
  assert.match(
    await sentence("sk-\u0000-zero"),
    /The credential "provider vendor" cannot be sent in the header "authorization"/,
  );
  assert.match(await sentence(() => "sk-line\nbreak"), /cannot be sent in the header/);
});

test("what a failing fetch says of a secret is taken out", async () => {
  const { troupe, crossed } = await tappedTroupe({
    providers: { vendor: { url: "http://x.example", model: "m", apiKey: KEY } },
    fetch: async (url, init) => {
      throw new Error(`refused ${new Headers(init.headers).get("authorization")}`);
    },
  });
  const { sentence } = await troupe.probe({ provider: "vendor" });
  assert.match(sentence, /refused \[secret\]/);
  assert.equal(crossed().includes(KEY), false);
  await troupe.dispose();
});

test("a secret in a header of its own does not follow a redirection to another origin", async (t) => {
  const other = await standIn(({ response }) => json(response, 200, {}));
  const first = await standIn(({ response }) => {
    response.writeHead(307, { location: other.url });
    response.end();
  });
  t.after(() => Promise.all([first.close(), other.close()]));
  const { troupe } = await tappedTroupe({
    providers: { vendor: { url: first.url, model: "m", headers: { "api-key": KEY } } },
  });
  const { ok } = await troupe.probe({ provider: "vendor" });
  assert.equal(ok, false);
  assert.deepEqual(other.requests, []);
  await troupe.dispose();
});

test("a refusal that quotes the key reaches the journal without it", async (t) => {
  const model = await standIn(({ request, response }) =>
    json(response, 401, {
      error: { message: `Incorrect API key provided: ${request.headers.authorization.slice(7)}` },
    }),
  );
  t.after(() => model.close());
  const { troupe, crossed } = await tappedTroupe({
    providers: { vendor: { url: model.url, model: "m", apiKey: KEY } },
  });
  const run = troupe.run("Say hello.");
  const { stop } = await run;
  await troupe.dispose();
  assert.match(JSON.stringify(stop.error), /Incorrect API key provided: \[secret\]/);
  assert.equal((crossed() + run.journal()).includes(KEY), false);
});
