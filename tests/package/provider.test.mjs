import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createTroupe, tool } from "troupe";
import * as z from "zod";
import { eventsOf } from "./support/models.mjs";
import { completes, delta, DONE, fails, json, standIn, streams } from "./support/standin.mjs";

const open = [];
after(() => Promise.all(open.map((each) => each())));

/** A run against a server that does what the script says; gives what the user sees. */
async function against(script, { provider = {}, tools = [] } = {}) {
  const server = await standIn(...script);
  const troupe = await createTroupe({
    providers: { vendor: { url: server.url, model: "m", ...provider } },
    tools,
  });
  open.push(server.close, () => troupe.dispose());
  const events = await eventsOf(troupe.run("Say hello."));
  const { outcome } = events.at(-1);
  const logs = events.filter(({ type }) => type === "log").map(({ text }) => text);
  const texts = events.filter(({ type }) => type === "text").map(({ text }) => text);
  return { server, events, outcome, logs, texts, sentence: outcome.stop.sentence };
}

test("a streamed reply comes piece by piece, with its usage", async () => {
  const usage = {
    choices: [],
    usage: { prompt_tokens: 7, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 3 } },
  };
  const { outcome, texts, server } = await against([
    streams([delta("Hel"), delta("lo."), delta("", "stop"), usage, DONE]),
  ]);
  assert.deepEqual(texts, ["Hel", "lo."]);
  assert.equal(outcome.answer, "Hello.");
  assert.deepEqual([outcome.usage.input, outcome.usage.output, outcome.usage.cached], [7, 2, 3]);
  const { stream, messages, model } = JSON.parse(server.requests[0].body);
  assert.deepEqual(
    [server.requests[0].path, stream, model, messages.at(-1).content],
    ["/v1/chat/completions", true, "m", "Say hello."],
  );
});

test("a run with a schema has a value of that form, and what did not fit was given back", async () => {
  const requests = [];
  const troupe = await createTroupe({
    providers: {
      vendor: {
        call: (request) => {
          requests.push(request.json());
          return { text: ["It is Tokyo.", '{"city":7}', '{"city":"Tokyo"}'][requests.length - 1] };
        },
      },
    },
  });
  open.push(() => troupe.dispose());
  const run = troupe.run("Which city is the largest?", {
    pattern: "direct",
    schema: z.object({ city: z.string() }),
  });
  const { value, answer } = await run;
  assert.deepEqual([value, answer], [{ city: "Tokyo" }, "It is Tokyo."]);
  assert.match(requests[2].messages.at(-1).content, /That cannot be used:\n- .*city/);
  const again = await troupe.replay(run.journal());
  assert.deepEqual(again.value, value);
  await assert.rejects(
    async () => troupe.run("t", { schema: z.string() }),
    /The schema of the answer must be one of an object/,
  );
});

test("a stream that is cut into single bytes is the same stream", async () => {
  const text =
    [delta("Grüße, 世界 🎭"), delta("", "stop")]
      .map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`)
      .join("") + DONE;
  const bytes = [...Buffer.from(text)].map((byte) => new Uint8Array([byte]));
  const { outcome } = await against([streams(bytes)]);
  assert.equal(outcome.answer, "Grüße, 世界 🎭");
});

test("tool calls come in pieces, too", async () => {
  const call = (index, part) => ({ choices: [{ index: 0, delta: { tool_calls: [{ index, ...part }] } }] });
  const pieces = [
    call(0, { id: "a", function: { name: "add", arguments: "" } }),
    call(1, { id: "b", function: { name: "add", arguments: '{"n":' } }),
    call(0, { function: { arguments: '{"n":1}' } }),
    call(1, { function: { arguments: "2}" } }),
    delta("", "tool_calls"),
    DONE,
  ];
  const seen = [];
  const add = tool({ name: "add", description: "", readOnly: true, run: ({ n }) => (seen.push(n), n) });
  const { outcome, server } = await against([streams(pieces), completes("Added.")], { tools: [add] });
  assert.equal(outcome.answer, "Added.");
  assert.deepEqual(seen.sort(), [1, 2]);
  assert.deepEqual(
    JSON.parse(server.requests[1].body)
      .messages.slice(-2)
      .map(({ tool_call_id }) => tool_call_id),
    ["a", "b"],
  );
});

test("429 with Retry-After is waited for and tried again, and the user is told", async () => {
  const limit = fails(429, { message: "Slow down." }, { "retry-after-ms": "30" });
  const { outcome, logs, server } = await against([limit, completes("Hello.")]);
  assert.equal(outcome.answer, "Hello.");
  assert.equal(server.requests.length, 2);
  assert.deepEqual(logs, [
    "Model vendor:m: The provider limits the rate of requests (HTTP 429: Slow down.). Trying again in 30 milliseconds.",
  ]);
});

test("500 is tried again, and in the end says who failed and how", async () => {
  const { outcome, sentence, server } = await against([fails(500, "boom", { "retry-after-ms": "1" })]);
  assert.equal(server.requests.length, 4);
  assert.equal(outcome.stop.error.code, "overloaded");
  assert.equal(
    sentence,
    "The model vendor:m gave no answer: The provider cannot answer now (HTTP 500: boom).",
  );
});

test("a refused key, a used-up account and an unknown model are not tried again", async () => {
  const cases = [
    [401, { message: "bad key" }, "authentication", "The provider refused the key (HTTP 401: bad key)."],
    [
      429,
      { message: "no credit", code: "insufficient_quota" },
      "quota",
      "The account's quota is used up (HTTP 429: no credit).",
    ],
    [
      404,
      { message: "no model m" },
      "not_found",
      "The provider has no such model or address (HTTP 404: no model m).",
    ],
    [400, { message: "odd" }, "invalid_input", "The provider refused the request (HTTP 400: odd)."],
    [
      400,
      { message: "long", code: "context_length_exceeded" },
      "too_long",
      "The conversation is longer than the model can read (HTTP 400: long).",
    ],
  ];
  for (const [status, error, code, says] of cases) {
    const { outcome, sentence, server } = await against([fails(status, error)]);
    assert.equal(server.requests.length, 1);
    assert.equal(outcome.stop.error.code, code);
    assert.equal(sentence, `The model vendor:m gave no answer: ${says}`);
  }
});

test("half a stream is given up and asked for again, and the watcher is told to forget it", async () => {
  const { outcome, events } = await against([
    streams([delta("Hel")], { end: false }),
    streams([delta("Hello."), DONE]),
  ]);
  assert.equal(outcome.answer, "Hello.");
  const told = events
    .filter(({ type }) => type === "text" || type === "reset")
    .map((event) => event.text ?? "(reset)");
  assert.deepEqual(told, ["Hel", "(reset)", "Hello."]);
});

test("a stream that ends without its end is no answer", async () => {
  const { logs } = await against([streams([delta("Hel")]), completes("Hello.")]);
  assert.match(logs[0], /http:\/\/127\.0\.0\.1:\d+ broke off in the middle of its answer\. Trying again/);
});

test("invalid UTF-8 in a stream is repaired and does no harm", async () => {
  const broken = Buffer.concat([
    Buffer.from('data: {"choices":[{"delta":{"content":"a'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('b"}}]}\n\n'),
  ]);
  const { outcome, logs } = await against([streams([broken, delta("", "stop"), DONE]), completes("Hello.")]);
  if (logs.length > 0) assert.match(logs[0], /The model's stream has a piece that is no JSON/);
  assert.ok(["a\ufffd\ufffdb", "Hello."].includes(outcome.answer));
});

test("an answer that is no JSON, or no completion, is quoted at its beginning", async () => {
  const plain = ({ response }) => {
    response.writeHead(200, { "content-type": "text/plain" });
    response.end("Hello from your proxy");
  };
  const { logs } = await against([plain, completes("Hello.")]);
  assert.match(logs[0], /The model's answer is not a chat completion; it begins with: Hello from your proxy/);
  const other = await against([({ response }) => json(response, 200, { ok: true }), completes("Hello.")]);
  assert.match(other.logs[0], /it begins with: \{"ok":true\}/);
});

test("arguments that are no JSON come back to the model", async () => {
  const call = { id: "a", function: { name: "t", arguments: "{broken" } };
  const reply = { choices: [{ message: { content: "", tool_calls: [call] }, finish_reason: "tool_calls" }] };
  const t = tool({ name: "t", description: "", run: () => "ran" });
  const { outcome, server } = await against(
    [({ response }) => json(response, 200, reply), completes("Sorry.")],
    { tools: [t] },
  );
  assert.equal(outcome.answer, "Sorry.");
  assert.match(
    JSON.parse(server.requests[1].body).messages.at(-1).content,
    /The arguments of "t" are not a JSON object: \{broken/,
  );
});

test("silence is waited for as long as the provider is given, and then tried again", async () => {
  const { outcome, logs } = await against([() => {}, completes("Hello.")], { provider: { timeoutMs: 60 } });
  assert.equal(outcome.answer, "Hello.");
  assert.match(logs[0], /http:\/\/127\.0\.0\.1:\d+ sent nothing for /);
});

test("a server that is not there is said by its address", async () => {
  const gone = await standIn(completes("x"));
  await gone.close();
  const troupe = await createTroupe({ providers: { vendor: { url: gone.url, model: "m" } } });
  open.push(() => troupe.dispose());
  const { ok, sentence } = await troupe.probe({ provider: "vendor" });
  assert.equal(ok, false);
  assert.match(sentence, /^No answer from http:\/\/127\.0\.0\.1:\d+: fetch failed: connect ECONNREFUSED/);
});

test("a large answer that is no stream comes through whole", async () => {
  const text = "long ".repeat(600_000);
  const { outcome } = await against([completes(text)]);
  assert.equal(outcome.answer.length, text.length);
});

test("a probe tells the provider's models, and its refusal", async () => {
  const server = await standIn(
    ({ response }) => json(response, 200, { data: [{ id: "m1" }, { id: "m2" }] }),
    fails(401, "no"),
  );
  const troupe = await createTroupe({ providers: { vendor: { url: server.url, model: "m" } } });
  open.push(server.close, () => troupe.dispose());
  assert.deepEqual(await troupe.probe({ provider: "vendor" }), { ok: true, models: ["m1", "m2"] });
  assert.match((await troupe.probe({ provider: "vendor" })).sentence, /The provider refused the key/);
  assert.match((await troupe.probe({ provider: "other" })).sentence, /There is no provider "other"/);
});

test("cancelling aborts the request at the server", async () => {
  let closed;
  const gone = new Promise((resolve) => (closed = resolve));
  const server = await standIn(({ request, response }) => response.on("close", closed));
  const troupe = await createTroupe({ providers: { vendor: { url: server.url, model: "m" } } });
  open.push(server.close, () => troupe.dispose());
  const run = troupe.run("Wait.");
  while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await run.cancel();
  await gone;
});

test("a fetch of the application is left with an AbortError, as those that wrap fetch expect", async () => {
  let left;
  const fetch = (_, { signal }) =>
    new Promise((_, reject) => {
      const leave = () => reject((left = signal.reason));
      signal.addEventListener("abort", leave);
      void run.cancel();
    });
  const troupe = await createTroupe({
    providers: { vendor: { url: "https://models.example/v1", model: "m" } },
    fetch,
  });
  open.push(() => troupe.dispose());
  const run = troupe.run("Say hello.");
  assert.equal((await run).stop.reason, "cancelled");
  assert.equal(left.name, "AbortError");
});
