// Runs as existing chat pages see them: the AI SDK's own client and AG-UI's own client, over real HTTP.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { test } from "node:test";
import { HttpAgent } from "@ag-ui/client";
import { DefaultChatTransport, readUIMessageStream } from "ai";
import { createTroupe, tool } from "troupe";
import { toAgUi, toAgUiResponse } from "troupe/ag-ui";
import { toUIMessageStream, toUIMessageStreamResponse } from "troupe/ai-sdk";
import { calls, says, scripted } from "./support/models.mjs";

const look = tool({
  name: "look",
  description: "Looks.",
  input: { type: "object", properties: { at: { type: "string" } } },
  readOnly: true,
  run: ({ at }) => `seen ${at}`,
});

async function troupeFor(t, call, options = {}) {
  const troupe = await createTroupe({ providers: { fake: { call } }, tools: [look], ...options });
  t.after(() => troupe.dispose());
  return troupe;
}

/** A server that answers each request with what `respond` gives. */
async function serverOf(t, respond) {
  const server = createServer(async (request, response) => {
    const answer = respond(request);
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    Readable.fromWeb(answer.body).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => (server.close(), server.closeAllConnections()));
  return `http://127.0.0.1:${server.address().port}/`;
}

const collected = async (stream) => {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
};

test("a chat page of the AI SDK shows calls, results and the answer", async (t) => {
  const { call } = scripted(calls("look", { at: "the moon" }), says("It is round."));
  const troupe = await troupeFor(t, call);
  const url = await serverOf(t, () => toUIMessageStreamResponse(troupe.run("Look.", { pattern: "direct" })));
  const transport = new DefaultChatTransport({ api: url });
  const stream = await transport.sendMessages({
    trigger: "submit-message",
    chatId: "c",
    messageId: undefined,
    messages: [{ id: "1", role: "user", parts: [{ type: "text", text: "Look." }] }],
    abortSignal: undefined,
  });
  const [message] = (await collected(readUIMessageStream({ stream }))).slice(-1);
  const parts = message.parts.map(({ type }) => type);
  assert.ok(parts.includes("data-step"), "what the engine decided is told");
  const called = message.parts.find(({ type }) => type === "dynamic-tool");
  assert.deepEqual(
    [called.toolName, called.input, called.output],
    ["look", { at: "the moon" }, "seen the moon"],
  );
  assert.equal(message.parts.find(({ type }) => type === "text").text, "It is round.");
  assert.equal(message.metadata.pattern, "direct");
  assert.ok(message.metadata.usage.calls >= 3);
});

test("a client of AG-UI gets the messages, the tool's result and the end", async (t) => {
  const { call } = scripted(calls("look", { at: "the moon" }), says("It is round."));
  const troupe = await troupeFor(t, call);
  const url = await serverOf(t, () =>
    toAgUiResponse(troupe.run("Look.", { pattern: "direct" }), { threadId: "t", runId: "r" }),
  );
  const agent = new HttpAgent({ url, threadId: "t" });
  agent.addMessage({ id: "1", role: "user", content: "Look." });
  const { result, newMessages } = await agent.runAgent({ runId: "r" });
  assert.equal(result.answer, "It is round.");
  const said = newMessages.filter(({ role, content }) => role === "assistant" && content);
  assert.deepEqual(
    said.map(({ content }) => content),
    ["It is round."],
  );
  assert.ok(newMessages.some(({ role, content }) => role === "tool" && content === "seen the moon"));
});

test("agents that write at once have parts of their own, and an answer that nobody wrote comes at the end", async (t) => {
  const troupe = await troupeFor(t, (request) => {
    const text = JSON.stringify(request.json().messages);
    return says(text.includes("You are north.") ? "cold" : "warm");
  });
  const run = troupe.patterns.parallel("How is it?", {
    settings: { join: "list" },
    agents: [
      { name: "north", instruction: "You are north." },
      { name: "south", instruction: "You are south." },
    ],
  });
  const chunks = await collected(toUIMessageStream(run));
  const texts = new Map();
  for (const { type, id, delta } of chunks)
    if (type === "text-delta") texts.set(id, (texts.get(id) ?? "") + delta);
  assert.equal(texts.size, 3);
  assert.equal(texts.get("answer"), (await run).answer);
  const begun = chunks.filter(({ type }) => type === "text-start").length;
  assert.equal(chunks.filter(({ type }) => type === "text-end").length, begun);
  assert.deepEqual(
    [chunks[0].type, chunks.at(-1).type, chunks.at(-1).finishReason],
    ["start", "finish", "stop"],
  );
});

test("a question is told, and a run that waits for a person ends with what it waits for", async (t) => {
  const remove = tool({ name: "remove", description: "Removes.", destructive: true, run: () => "gone" });
  const { call } = scripted(calls("remove"), says("done"));
  const troupe = await troupeFor(t, call, { tools: [remove], ask: () => undefined });
  const events = await collected(toAgUi(troupe.run("Remove it.", { pattern: "direct" })));
  assert.equal(events.at(-1).type, "RUN_FINISHED");
  assert.equal(events.find(({ name }) => name === "stop").value.reason, "approval");

  const again = scripted(calls("remove"), says("done"));
  const attended = await troupeFor(t, again.call, { tools: [remove] });
  const run = attended.run("Remove it.", { pattern: "direct" });
  const told = [];
  for await (const chunk of toUIMessageStream(run)) {
    told.push(chunk);
    if (chunk.type === "data-question") run.answer(chunk.data.id, { approve: true });
  }
  assert.equal((await run).answer, "done");
  assert.equal(told.find(({ type }) => type === "data-question").data.tool, "remove");
});

test("a run that fails or cannot begin ends in an error, and nothing follows it", async (t) => {
  const troupe = await troupeFor(t, () => {
    throw Object.assign(new Error("no such key"), { status: 401 });
  });
  const failed = await collected(toAgUi(troupe.run("Look.", { pattern: "direct" })));
  assert.deepEqual([failed[0].type, failed.at(-1).type], ["RUN_STARTED", "RUN_ERROR"]);
  assert.match(failed.at(-1).message, /no such key/);
  const refused = await collected(toUIMessageStream(troupe.run("Look.", { model: "nobody:x" })));
  assert.deepEqual(
    refused.map(({ type }) => type),
    ["start", "start-step", "error", "finish"],
  );
  assert.match(refused[2].errorText, /There is no provider "nobody"/);
});

test("a page that goes away cancels the run", async (t) => {
  let aborted;
  const gone = new Promise((resolve) => (aborted = resolve));
  const troupe = await troupeFor(t, ({ signal }) => {
    signal.addEventListener("abort", aborted);
    return new Promise(() => {});
  });
  const run = troupe.run("Look.", { pattern: "direct" });
  const reader = toUIMessageStream(run).getReader();
  await reader.read();
  await reader.cancel();
  assert.equal((await run).stop.reason, "cancelled");
  await gone;
});
