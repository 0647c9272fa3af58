import assert from "node:assert/strict";
import { test } from "node:test";
import { buildResumeArray, HttpAgent } from "@ag-ui/client";
import { EventSchemas as schemas } from "@ag-ui/core/schemas";
import { createTroupe } from "troupe";
import { agUiResponse, agUiStream, resumedRun } from "troupe/ag-ui";
import { calls, says } from "./support/models.mjs";
import { both, deleter, look, model, stumble, troupeFor } from "./support/pages.mjs";
import { served } from "./support/served.mjs";
import { delta, DONE, standIn, streams } from "./support/standin.mjs";

/** A client of the protocol, which checks the order of all events, and what it heard. */
async function agentFor(t, runOf, options = {}) {
  const events = [];
  const url = await served(t, (input) => agUiResponse(runOf(input), { input, ...options }));
  const agent = new HttpAgent({ url, threadId: "thread" });
  agent.subscribe({
    onEvent({ event }) {
      const { success, error } = schemas.safeParse(event);
      assert.ok(success, JSON.stringify([event, error]));
      events.push(event);
    },
  });
  const ask = async (content, parameters) => {
    if (content) agent.addMessage({ id: `user-${agent.messages.length}`, role: "user", content });
    events.length = 0;
    await agent.runAgent(parameters);
    return agent.messages;
  };
  return { agent, ask, events, types: () => events.map(({ type }) => type) };
}

const textsOf = (messages) =>
  messages.filter(({ role, content }) => role === "assistant" && content).map(({ content }) => content);
const resultsOf = (messages) => messages.filter(({ role }) => role === "tool").map(({ content }) => content);

test("what a model writes and its tools do are messages, calls and steps", async (t) => {
  const replies = [{ text: "I look.", ...calls("look") }, calls("stumble"), says("Three things.")];
  const troupe = await troupeFor(t, { ...model(...replies), tools: [look, stumble] });
  const { ask, events, types } = await agentFor(t, () => troupe.run("Look around."));
  const messages = await ask("Look around.");
  assert.deepEqual(textsOf(messages), ["I look.", "Three things."]);
  assert.deepEqual(resultsOf(messages), ['{"seen":3}', "no floor"]);
  assert.equal(messages.find(({ content }) => content === "no floor").metadata.troupe.failed, true);
  assert.deepEqual(types().slice(0, 4), ["RUN_STARTED", "STEP_STARTED", "CUSTOM", "STEP_FINISHED"]);
  assert.deepEqual([events[0].threadId, events[2].name], ["thread", "troupe.analysis"]);
  const { type, outcome, result, usage } = events.at(-1);
  assert.deepEqual([type, outcome.type, result.answer], ["RUN_FINISHED", "success", "Three things."]);
  assert.equal(usage[0].model, "m:m");
});

test("agents that work at once have messages of their own, and an answer that the engine put together comes last", async (t) => {
  const server = await standIn(streams([delta("No"), delta("rth."), DONE]), streams([delta("South."), DONE]));
  t.after(server.close);
  const troupe = await troupeFor(t, { providers: { m: { url: server.url, model: "m" } } });
  const { ask, events } = await agentFor(t, () => troupe.patterns.parallel("What do both say?", both));
  const texts = textsOf(await ask("What do both say?"));
  assert.deepEqual(texts.slice(0, 2).sort(), ["North.", "South."]);
  assert.match(texts[2], /## north\n\nNorth\.\n\n## south/);
  assert.equal(texts[2], events.at(-1).result.answer);
  assert.equal(JSON.stringify(events).includes("PRIVATE"), false);
});

test("half a text that is given up is a message of its own, marked as withdrawn", async (t) => {
  const server = await standIn(
    streams([delta("Hel")], { end: false }),
    streams([delta("Hello."), delta("", "stop"), DONE]),
  );
  t.after(server.close);
  const troupe = await troupeFor(t, { providers: { m: { url: server.url, model: "m" } } });
  const { ask } = await agentFor(t, () => troupe.run("Say hello."));
  const said = (await ask("Say hello.")).filter(({ role }) => role === "assistant");
  assert.deepEqual(
    said.map(({ content, metadata }) => [content, metadata.troupe.withdrawn]),
    [
      ["Hel", true],
      ["Hello.", undefined],
    ],
  );
});

test("a page answers interrupts, and its next request goes on with the run", async (t) => {
  const { troupe, deleted } = await deleter(t);
  const { agent, ask, events } = await agentFor(t, (input) => {
    const name = resumedRun(input);
    const run = name === undefined ? troupe.run(input.messages.at(-1).content) : troupe.resume(name);
    return run;
  });
  await ask("Delete a.txt and b.txt.");
  const first = events.at(-1).outcome.interrupts;
  assert.deepEqual([first.length, first[0].reason, deleted], [1, "approval", []]);
  assert.match(first[0].message, /May "delete_file" be called/);
  const call = agent.messages
    .flatMap(({ toolCalls = [] }) => toolCalls)
    .find(({ id }) => id === first[0].toolCallId);
  assert.deepEqual(JSON.parse(call.function.arguments), { path: "a.txt" });

  const yes = { [first[0].id]: { status: "resolved", payload: { approve: true } } };
  await ask(undefined, { resume: buildResumeArray(first, yes) });
  const second = events.at(-1).outcome.interrupts;
  assert.deepEqual([deleted, second.length], [["a.txt"], 1]);
  await ask(undefined, { resume: buildResumeArray(second, { [second[0].id]: { status: "cancelled" } }) });
  assert.equal(events.at(-1).outcome.type, "success");
  assert.deepEqual(deleted, ["a.txt"]);
  assert.deepEqual(resultsOf(agent.messages), ["deleted a.txt", "Denied."]);
  const asked = agent.messages.flatMap(({ toolCalls = [] }) => toolCalls);
  assert.deepEqual(
    asked.map(({ function: { arguments: given } }) => given),
    ['{"path":"a.txt"}', '{"path":"b.txt"}'],
  );
});

test("a run that was suspended is an interrupt, and goes on in the same thread with whole messages", async (t) => {
  const server = await standIn(
    async ({ response }) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`data: ${JSON.stringify(delta("Hel"))}\n\n`);
    },
    streams([delta("Hello."), delta("", "stop"), DONE]),
  );
  t.after(server.close);
  const troupe = await troupeFor(t, { providers: { m: { url: server.url, model: "m" } } });
  let journal;
  const { agent, ask, events } = await agentFor(t, (input) => {
    if (resumedRun(input) !== undefined) return troupe.resume(journal);
    const run = troupe.run("Say hello.");
    setTimeout(() => run.suspend(), 100);
    run.then(() => (journal = run.journal()));
    return run;
  });
  await ask("Say hello.");
  const { interrupts } = events.at(-1).outcome;
  assert.equal(interrupts[0].reason, "suspended");
  await ask(undefined, { resume: [{ interruptId: interrupts[0].id, status: "resolved" }] });
  const counted = agent.messages.filter(({ metadata }) => !metadata?.troupe.withdrawn);
  assert.deepEqual(textsOf(counted), ["Hello."]);
});

test("a run that stops before it is done is an error with its reason, after what there is", async (t) => {
  const troupe = await troupeFor(t, { ...model({ text: "I look.", ...calls("look") }), tools: [look] });
  const { ask, agent, events } = await agentFor(t, () => troupe.run("Look.", { limits: { turns: 1 } }));
  await ask("Look.").catch(() => undefined);
  assert.deepEqual([events.at(-1).type, events.at(-1).code], ["RUN_ERROR", "turn_limit"]);
  assert.ok(textsOf(agent.messages).includes("I look."));
});

test("a run that fails is an error without what the provider said", async (t) => {
  const call = () => {
    throw Object.assign(new Error("Incorrect API key provided: sk-12345"), { status: 401 });
  };
  const troupe = await troupeFor(t, { providers: { m: { call } } });
  const { ask, events } = await agentFor(t, () => troupe.run("Hello."));
  await ask("Hello.").catch(() => undefined);
  assert.equal(events.at(-1).message, "The run failed: authentication.");
  assert.equal(JSON.stringify(events).includes("sk-12345"), false);
});

test("a run that cannot begin is an error", async () => {
  const troupe = await createTroupe();
  await troupe.dispose();
  const types = [];
  for await (const { type } of agUiStream(troupe.run("Hello."))) types.push(type);
  assert.deepEqual(types, ["RUN_STARTED", "RUN_ERROR"]);
});

test("who goes away cancels the run", async (t) => {
  const troupe = await troupeFor(t, { providers: { m: { call: () => new Promise(() => undefined) } } });
  const runs = [];
  const { agent, ask, types } = await agentFor(t, () => (runs.push(troupe.run("Wait.")), runs[0]));
  const asked = ask("Wait.").catch(() => undefined);
  while (!types().includes("STEP_FINISHED")) await new Promise((resolve) => setTimeout(resolve, 5));
  agent.abortRun();
  await asked;
  assert.equal((await runs[0]).stop.reason, "cancelled");
});

test("a run that is cancelled from elsewhere is neither done nor an error", async (t) => {
  const troupe = await troupeFor(t, { providers: { m: { call: () => new Promise(() => undefined) } } });
  const run = troupe.run("Wait.");
  setTimeout(() => run.cancel(), 50);
  const { ask, events } = await agentFor(t, () => run);
  await ask("Wait.");
  assert.deepEqual(events.at(-1).outcome, { type: "cancelled" });
});

test("silence is filled with comments that the client does not read", async (t) => {
  const call = () => new Promise((resolve) => setTimeout(resolve, 60, says("Late.")));
  const troupe = await troupeFor(t, { providers: { m: { call } } });
  const text = await agUiResponse(troupe.run("Hello."), { keepAliveMs: 10 }).text();
  assert.match(text, /\n\n:\n\n/);
  const { ask } = await agentFor(t, () => troupe.run("Hello."), { keepAliveMs: 10 });
  assert.deepEqual(textsOf(await ask("Hello.")), ["Late."]);
});
