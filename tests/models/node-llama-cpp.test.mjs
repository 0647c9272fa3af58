// GGUF models in Node, by the real node-llama-cpp.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { LlamaLogLevel, getLlama } from "node-llama-cpp";
import { createTroupe } from "troupe";
import { nodeLlamaCpp } from "troupe/node-llama-cpp";
import { eventsOf } from "../package/support/models.mjs";
import { temporaryFolder } from "../package/support/folder.mjs";
import { randomModel } from "../standin/gguf.mjs";
import { asked, formRequest, isForm, isMove, modelBytes, move, textOf } from "./model.mjs";

const library = () => import("node-llama-cpp");
const options = { gpu: false, build: "never", maxThreads: 1, logLevel: LlamaLogLevel.error };
let llama;

before(async () => (llama = await getLlama(options)));

async function loaded(t, bytes) {
  const modelPath = join(await temporaryFolder(t), "model.gguf");
  await writeFile(modelPath, await bytes);
  const model = await llama.loadModel({ modelPath });
  t.after(() => model.dispose());
  return model;
}

async function troupeWith(t, more, tools = []) {
  const provider = nodeLlamaCpp({ library, contextSize: 2048, ...asked, ...more });
  const troupe = await createTroupe({ providers: { here: provider }, tools });
  t.after(() => troupe.dispose());
  return troupe;
}

test("a model in Node says what it says piece by piece, and its tokens are counted", async (t) => {
  const troupe = await troupeWith(t, { model: await loaded(t, modelBytes()), maxTokens: 50 });
  const run = troupe.run("Hello.", { pattern: "direct" });
  const texts = (await eventsOf(run)).filter(({ type }) => type === "text").map(({ text }) => text);
  const { answer, usage } = await run;
  assert.ok(texts.length > 1, `It came in ${texts.length} pieces.`);
  assert.equal(texts.join(""), answer);
  assert.ok(usage.input > 10 && usage.output > 1 && usage.output <= 50, JSON.stringify(usage));
});

test("what a model in Node wants of a tool is held to the tool's schema, and it reads the result", async (t) => {
  // Before a call it writes this; all that follows is the grammar's.
  const eager = randomModel({ readily: ["||call: "] });
  const moves = [];
  const told = { ...move, run: (args) => (moves.push(args), move.run(args)) };
  const troupe = await troupeWith(t, { model: await loaded(t, eager) }, [told]);
  const run = troupe.run("Move the robot.", { pattern: "direct", limits: { turns: 3 } });
  const { answer, usage } = await run;
  assert.ok(moves.length >= 2 && moves.every(isMove), JSON.stringify(moves));
  assert.match(answer, /It moved -?\d+ to the (north|south)/);
  assert.ok(usage.cached > 0, "It reads again what it has read.");
});

test("where tools work by instruction, the whole reply fits its form, whatever the weights", async (t) => {
  const model = await loaded(t, modelBytes());
  const body = {
    messages: [{ role: "user", content: "Move the robot." }],
    tools: [
      {
        type: "function",
        function: { name: move.name, description: move.description, parameters: move.input },
      },
    ],
  };
  const { call } = nodeLlamaCpp({ library, model, contextSize: 2048, ...asked, tools: false });
  for (const way of ["north", "south", "up", "down", "left", "right"]) {
    body.messages[0].content = `Move the robot ${way}.`;
    const { text, toolCalls } = await call({ json: () => body, signal: new AbortController().signal });
    if (toolCalls)
      assert.ok(toolCalls[0].name === "move" && isMove(toolCalls[0].arguments), JSON.stringify(toolCalls));
    else assert.ok(!text.startsWith("{"), `This is no answer: ${text}`);
  }
});

test("a model in Node is held to a form that is wanted of it, whatever the weights", async (t) => {
  const model = await loaded(t, modelBytes());
  const { call } = nodeLlamaCpp({ library, model, contextSize: 2048, ...asked });
  for (const report of ["It crashes.", "It is slow.", "I want more.", "It is fine."]) {
    const body = { ...formRequest, messages: [{ role: "user", content: report }] };
    const text = await textOf(await call({ json: () => body, signal: new AbortController().signal }));
    assert.ok(isForm(JSON.parse(text)), text);
  }
});

test("cancelling a run stops the model, and the next run has it", async (t) => {
  const endless = randomModel({ readily: ["on and "] });
  const troupe = await troupeWith(t, { model: await loaded(t, endless), maxTokens: 1500 });
  const run = troupe.run("Go on.", { pattern: "direct" });
  for await (const event of run) if (event.type === "text") void run.cancel();
  assert.equal((await run).stop.reason, "cancelled");
  const { answer } = await troupe.run("Go on.", { pattern: "direct" });
  assert.match(answer, /on and on and/);
});

test("a model in Node says in words what is missing, or that a conversation is too long, and nobody tries again", async (t) => {
  const sentenceOf = async (more, task = "Hello.") => {
    const troupe = await troupeWith(t, { llama: options, ...more });
    const outcome = await troupe.run(task, { pattern: "direct" });
    assert.equal(outcome.stop.reason, "failed");
    assert.equal(outcome.usage.calls, 1);
    return outcome.stop.sentence;
  };
  const model = "/nowhere/model.gguf";
  assert.match(await sentenceOf({ model }), /The model \/nowhere\/model\.gguf could not be loaded/);
  assert.match(await sentenceOf({ model, library: undefined }), /npm install node-llama-cpp/);
  const small = { model: await loaded(t, modelBytes()), contextSize: 512 };
  assert.match(await sentenceOf(small, "word ".repeat(2000)), /too long for the model's context/);
});
