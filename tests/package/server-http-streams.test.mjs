// What a server over HTTP says while it works: replies that become streams, questions, changes, and clients that go away.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createServer, serverTool } from "troupe/server";
import { library } from "./support/library.mjs";
import { allOf, callIt, messagesOf, modern, nextOf, typeOf, withTool } from "./support/requests.mjs";

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
