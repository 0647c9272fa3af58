import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AbstractChat,
  DefaultChatTransport,
  lastAssistantMessageIsCompleteWithApprovalResponses,
  readUIMessageStream,
} from "ai";
import { createTroupe } from "troupe";
import { resumedRun, uiMessageResponse, uiMessageStream } from "troupe/ai-sdk";
import { calls, says } from "./support/models.mjs";
import { both, deleter, look, model, stumble, troupeFor } from "./support/pages.mjs";
import { served } from "./support/served.mjs";
import { delta, DONE, standIn, streams } from "./support/standin.mjs";

/** The message as the AI SDK reads it, with the chunks and what it was told as errors. */
async function messageOf(run, options) {
  const chunks = [];
  const errors = [];
  const seen = new TransformStream({
    transform: (chunk, controller) => (chunks.push(chunk), controller.enqueue(chunk)),
  });
  const stream = uiMessageStream(run, options).pipeThrough(seen);
  let message;
  for await (message of readUIMessageStream({ stream, onError: (error) => errors.push(error) }));
  return { message, chunks, errors, types: chunks.map(({ type }) => type) };
}

const textsOf = ({ parts }) => parts.filter(({ type }) => type === "text").map(({ text }) => text);
const toolsOf = ({ parts }) => parts.filter(({ type }) => type === "dynamic-tool");

/** A page: the AI SDK's own chat with its own transport, as `useChat` has it. */
function pageAt(api, options = {}) {
  const state = {
    status: "ready",
    messages: [],
    pushMessage(message) {
      this.messages = [...this.messages, message];
    },
    popMessage() {
      this.messages = this.messages.slice(0, -1);
    },
    replaceMessage(index, message) {
      this.messages = this.messages.with?.(index, message) ?? [...this.messages.slice(0, index), message];
    },
    snapshot: (value) => structuredClone(value),
  };
  class Page extends AbstractChat {}
  return new Page({ state, transport: new DefaultChatTransport({ api }), ...options });
}

test("what a model writes and its tools do is a message with texts, tool calls and steps", async (t) => {
  const replies = [{ text: "I look.", ...calls("look") }, calls("stumble"), says("Three things.")];
  const troupe = await troupeFor(t, { ...model(...replies), tools: [look, stumble] });
  const run = troupe.run("Look around.");
  const { message, types, errors } = await messageOf(run);
  assert.deepEqual(errors, []);
  assert.equal(message.id, run.id);
  assert.deepEqual(textsOf(message), ["I look.", "Three things."]);
  const [looked, stumbled] = toolsOf(message);
  assert.deepEqual([looked.toolName, looked.state, looked.input], ["look", "output-available", {}]);
  assert.deepEqual(looked.output, { seen: 3 });
  assert.deepEqual([stumbled.state, stumbled.errorText], ["output-error", "no floor"]);
  assert.equal(types.filter((type) => type === "start-step").length, 3);
  assert.equal(types.filter((type) => type === "finish-step").length, 3);
  assert.deepEqual(types.slice(0, 3), ["start", "data-analysis", "data-strategy"]);
  assert.deepEqual(types.slice(-2), ["message-metadata", "finish"]);
  const { reason, resumable, pattern, answer, usage } = message.metadata;
  assert.deepEqual([reason, resumable, pattern, usage.calls], ["done", false, "direct", 5]);
  const answering = message.parts.find((part) => part.providerMetadata?.troupe.id === answer);
  assert.equal(answering.text, "Three things.");
});

test("agents that work at once have texts of their own, and an answer that the engine put together comes last", async (t) => {
  const server = await standIn(streams([delta("No"), delta("rth."), DONE]), streams([delta("South."), DONE]));
  t.after(server.close);
  const troupe = await troupeFor(t, { providers: { m: { url: server.url, model: "m" } } });
  const run = troupe.patterns.parallel("What do both say?", both);
  const { message, chunks } = await messageOf(run);
  const { answer } = await run;
  assert.match(answer, /## north/);
  assert.deepEqual(textsOf(message).slice(0, 2).sort(), ["North.", "South."]);
  assert.equal(textsOf(message).at(-1), answer);
  assert.ok(message.metadata.answer.endsWith("/answer"));
  const ids = chunks.filter(({ type }) => type === "text-start").map(({ id }) => id);
  assert.equal(new Set(ids).size, 3);
  assert.equal(JSON.stringify(chunks).includes("PRIVATE"), false);
});

test("half a text that is given up leaves the message, and the page never shows it with the new one", async (t) => {
  const server = await standIn(
    streams([delta("Hel")], { end: false }),
    streams([delta("Hello."), delta("", "stop"), DONE]),
  );
  t.after(server.close);
  const troupe = await troupeFor(t, { providers: { m: { url: server.url, model: "m" } } });
  const { message, types, errors } = await messageOf(troupe.run("Say hello."));
  assert.ok(types.includes("reset-step"));
  assert.deepEqual([textsOf(message), errors], [["Hello."], []]);
});

test("half a text that is given up beside another agent's stays, marked as withdrawn", async () => {
  const { message, errors } = await messageOf(
    scriptedRun([
      { type: "text", step: "0.0.1", text: "North" },
      { type: "text", step: "0.1.1", text: "Sou" },
      { type: "reset", step: "0.1.1" },
      { type: "text", step: "0.1.1", text: "South" },
      { type: "step", kind: "chat", step: "0.0.1", state: "done", reply: { text: "North" } },
      { type: "step", kind: "chat", step: "0.1.1", state: "done", reply: { text: "South" } },
    ]),
  );
  const shown = message.parts.filter(
    (part) => part.type === "text" && !part.providerMetadata.troupe.withdrawn,
  );
  assert.deepEqual([shown.map(({ text }) => text), errors], [["North", "South"], []]);
  assert.deepEqual(textsOf(message), ["North", "Sou", "South"]);
});

test("what comes after the end is not told", async () => {
  const { types } = await messageOf(scriptedRun([], [{ type: "text", step: "0.9", text: "late" }]));
  assert.equal(types.includes("text-start"), false);
  assert.equal(types.at(-1), "finish");
});

/** Events as no model brings them about on demand. */
function scriptedRun(events, late = []) {
  const usage = { input: 0, output: 0, cached: 0, reasoning: 0, calls: 0, usd: 0, ms: 0 };
  const outcome = { answer: "", stop: { reason: "done" }, usage, pattern: "direct", missing: [], model: "m" };
  const ended = { type: "ended", outcome };
  return {
    id: "r",
    answer: () => false,
    cancel: async () => outcome,
    async *[Symbol.asyncIterator]() {
      yield* [...events, ended, ...late];
    },
  };
}

test("a page approves over HTTP, and its next request goes on with the run", async (t) => {
  const { troupe, deleted } = await deleter(t);
  const requests = [];
  const api = await served(t, ({ messages }) => {
    requests.push(messages);
    const name = resumedRun(messages);
    const run = name === undefined ? troupe.run(messages.at(-1).parts[0].text) : troupe.resume(name);
    return uiMessageResponse(run, { messages });
  });
  const sendAutomaticallyWhen = lastAssistantMessageIsCompleteWithApprovalResponses;
  const page = pageAt(api, { sendAutomaticallyWhen, onError: (error) => assert.fail(error) });
  const pending = () => toolsOf(page.messages.at(-1)).find(({ state }) => state === "approval-requested");

  await page.sendMessage({ text: "Delete a.txt and b.txt." });
  assert.match(pending().approval.requestReason, /May "delete_file" be called/);
  assert.deepEqual([pending().input, deleted], [{ path: "a.txt" }, []]);
  await page.addToolApprovalResponse({ id: pending().approval.id, approved: true });
  await until(() => pending()?.input.path === "b.txt" && page.status === "ready");
  assert.deepEqual(deleted, ["a.txt"]);
  await page.addToolApprovalResponse({ id: pending().approval.id, approved: false, reason: "Keep it." });
  await until(() => page.messages.at(-1).metadata.reason === "done" && page.status === "ready");

  assert.deepEqual([deleted, requests.length, page.messages.length], [["a.txt"], 3, 2]);
  const message = page.messages.at(-1);
  assert.deepEqual(
    toolsOf(message).map(({ state, output }) => [state, output]),
    [
      ["output-available", "deleted a.txt"],
      ["output-denied", undefined],
    ],
  );
  assert.deepEqual(textsOf(message), ["I delete both.", "deleted a.txt; This call was denied by a pers"]);
});

async function until(holds) {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(holds());
}

test("an approval of another run, or one that is not plainly yes, approves nothing", async (t) => {
  const { troupe, deleted } = await deleter(t, {});
  const run = troupe.run("Delete a.txt and b.txt.");
  const { message } = await messageOf(run);
  const [part] = toolsOf(message);
  const answered = (change) => [
    { id: "x", role: "assistant", parts: [null, { ...part, state: "approval-responded", approval: change }] },
  ];
  const { id, descriptor } = part.approval;
  for (const approval of [
    { id: id.replace(run.id, "another"), approved: true },
    { id, approved: "yes", descriptor },
    { id, approved: true, descriptor: { hash: "0".repeat(32) } },
    { id, approved: 1, descriptor: null, reason: 7 },
  ]) {
    await messageOf(troupe.resume(run.journal()), { messages: answered(approval) });
  }
  assert.deepEqual(deleted, []);
  await messageOf(troupe.resume(run.journal()), { messages: answered({ id, approved: true, descriptor }) });
  assert.deepEqual(deleted, ["a.txt"]);
});

test("a run that waits is answered while the stream is open", async (t) => {
  const { troupe, deleted } = await deleter(t);
  const run = troupe.run("Delete a.txt and b.txt.");
  const types = [];
  for await (const chunk of uiMessageStream(run, { questions: "wait" })) {
    types.push(chunk.type);
    if (chunk.type === "tool-approval-request")
      assert.ok(run.answer(chunk.approvalDescriptor.wait, { approve: true }));
  }
  assert.deepEqual(deleted, ["a.txt", "b.txt"]);
  assert.equal(types.filter((type) => type === "tool-approval-response").length, 2);
  assert.equal(types.at(-1), "finish");
});

test("a question of the budget is a data part, and the answer to its id goes on", async (t) => {
  const prices = { m: { input: 1000, output: 1000 } };
  const { call } = model({ ...calls("look"), usage: { input: 1000, output: 1000 } }, says("Done.")).providers
    .m;
  const troupe = await troupeFor(t, { providers: { m: { call, prices } }, tools: [look] });
  const run = troupe.run("Look.", { budget: { usd: 0.5 } });
  const { message } = await messageOf(run);
  const asked = message.parts.find(({ type }) => type === "data-question");
  assert.deepEqual(
    [asked.data.question.subject, asked.data.question.limit, asked.data.answered],
    ["budget", "usd", false],
  );
  assert.equal(message.metadata.resumable, true);
  const answers = { [asked.id]: { raise: { usd: 100 } } };
  const next = await messageOf(troupe.resume(run.journal()), { answers });
  assert.deepEqual([textsOf(next.message), next.message.metadata.reason], [["Done."], "done"]);
});

test("a run that stops before it is done says so, with what there is", async (t) => {
  const troupe = await troupeFor(t, { ...model(calls("look")), tools: [look] });
  const { message, chunks, errors } = await messageOf(
    troupe.run("Look.", { limits: { turns: 2, repeats: 9 } }),
  );
  assert.deepEqual([message.metadata.reason, errors], ["turn_limit", []]);
  assert.deepEqual(chunks.at(-1), { type: "finish", finishReason: "length" });
});

test("a run that fails is an error without what the provider said, unless the application wants it", async (t) => {
  const call = () => {
    throw Object.assign(new Error("Incorrect API key provided: sk-12345"), { status: 401 });
  };
  const troupe = await troupeFor(t, { providers: { m: { call } } });
  const { chunks, errors } = await messageOf(troupe.run("Hello."));
  assert.deepEqual(
    errors.map(({ message }) => message),
    ["The run failed: authentication."],
  );
  assert.equal(JSON.stringify(chunks).includes("sk-12345"), false);
  const told = await messageOf(troupe.run("Hello."), { failure: ({ code }) => `Sorry (${code}).` });
  assert.equal(told.errors[0].message, "Sorry (authentication).");
});

test("a run that cannot begin is an error", async () => {
  const troupe = await createTroupe();
  await troupe.dispose();
  const { errors, types } = await messageOf(troupe.run("Hello."));
  assert.deepEqual([errors.length, types.at(-1)], [1, "error"]);
});

test("who goes away cancels the run, over HTTP too", async (t) => {
  const never = () => new Promise(() => undefined);
  const troupe = await troupeFor(t, { providers: { m: { call: never } } });
  const runs = [];
  const api = await served(t, () => uiMessageResponse((runs.push(troupe.run("Wait.")), runs[0])));
  const controller = new AbortController();
  const response = await fetch(api, { method: "POST", body: "{}", signal: controller.signal });
  assert.equal(response.headers.get("x-vercel-ai-ui-message-stream"), "v1");
  await response.body.getReader().read();
  controller.abort();
  assert.equal((await runs[0]).stop.reason, "cancelled");

  const run = troupe.run("Wait.");
  const reader = uiMessageStream(run).getReader();
  await reader.read();
  await reader.cancel();
  assert.equal((await run).stop.reason, "cancelled");
});

test("a run that is cancelled from elsewhere aborts the message", async (t) => {
  const troupe = await troupeFor(t, { providers: { m: { call: () => new Promise(() => undefined) } } });
  const run = troupe.run("Wait.");
  setTimeout(() => run.cancel(), 20);
  const { chunks, message } = await messageOf(run);
  assert.deepEqual([chunks.at(-1).type, message.metadata.reason], ["abort", "cancelled"]);
});

test("silence is filled with comments that the AI SDK does not read", async (t) => {
  const call = () => new Promise((resolve) => setTimeout(resolve, 60, says("Late.")));
  const troupe = await troupeFor(t, { providers: { m: { call } } });
  const text = await uiMessageResponse(troupe.run("Hello."), { keepAliveMs: 10 }).text();
  assert.match(text, /\n\n:\n\n/);
  assert.match(text, /data: \[DONE\]\n\n$/);
  const api = await served(t, () => uiMessageResponse(troupe.run("Hello."), { keepAliveMs: 10 }));
  const page = pageAt(api);
  await page.sendMessage({ text: "Hello." });
  assert.deepEqual(textsOf(page.messages.at(-1)), ["Late."]);
});

test("a replay is told whole when it is wanted, and its answer in any case", async (t) => {
  const troupe = await troupeFor(t, { ...model(calls("look"), says("Three.")), tools: [look] });
  const run = troupe.run("Look.");
  await run;
  const { message } = await messageOf(troupe.replay(run.journal()));
  assert.deepEqual([textsOf(message), toolsOf(message).length], [["Three."], 0]);
  const whole = await messageOf(troupe.replay(run.journal()), { replayed: true });
  assert.deepEqual(
    [textsOf(whole.message), toolsOf(whole.message)[0].state],
    [["Three."], "output-available"],
  );
});
