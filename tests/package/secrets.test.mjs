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

test("a credential that cannot be had or sent is said without quoting it, and why only to the log", async () => {
  const logged = [];
  const sentence = async (apiKey) => {
    const { troupe, crossed } = await tappedTroupe({
      providers: { vendor: { url: "http://127.0.0.1:9", model: "m", apiKey } },
      log: ({ text }) => logged.push(text),
    });
    const { sentence } = await troupe.probe({ provider: "vendor" });
    await troupe.dispose();
    assert.equal(crossed().includes("sk-"), false);
    return sentence;
  };
  const throws = () => Promise.reject(new Error("the vault does not know sk-its-own"));
  const said = await sentence(throws);
  assert.match(
    said,
    /The credential "provider vendor" could not be had: the application's function for it failed\./,
  );
  assert.equal(said.includes("sk-"), false);
  assert.match(logged.join("\n"), /the vault does not know sk-its-own/);
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

test("a key that is missing is said at once, and not tried again", async () => {
  for (const apiKey of ["", () => "", () => undefined]) {
    let sent = 0;
    const { troupe } = await tappedTroupe({
      providers: { vendor: { url: "https://vendor.example/v1", model: "m", apiKey } },
      fetch: async () => (sent++, Response.json({})),
    });
    const logged = [];
    const run = troupe.run("Hello.", { pattern: "direct" });
    for await (const event of run) if (event.type === "log") logged.push(event.text);
    const { stop } = await run;
    await troupe.dispose();
    assert.equal(stop.error.code, "authentication");
    assert.match(
      stop.sentence,
      /gave nothing for the header "authorization"\. Is its environment variable set\?/,
    );
    assert.doesNotMatch(stop.sentence, /No answer from/);
    assert.deepEqual([sent, logged], [0, []]);
  }
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
