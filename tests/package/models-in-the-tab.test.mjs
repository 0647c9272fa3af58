// Models of the host: adapters held against stand-ins that do what the documented interfaces say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTroupe, tool } from "troupe";
import { promptApi } from "troupe/prompt-api";
import { transformers } from "troupe/transformers";
import { webLlm } from "troupe/web-llm";
import { wllama } from "troupe/wllama";
import { grammarSchema } from "../../wasm/dist/models/grammar-schema.js";
import { historyOf } from "../../wasm/dist/models/llama-history.js";
import { eventsOf } from "./support/models.mjs";

const add = tool({
  name: "add",
  description: "Adds two numbers.",
  input: {
    type: "object",
    properties: { a: { type: "number" }, b: { type: "number" } },
    required: ["a", "b"],
  },
  readOnly: true,
  run: ({ a, b }) => a + b,
});

/** The browser's LanguageModel: `reply(input, options)` gives the words. */
function languageModel(reply, { availability = "available" } = {}) {
  const seen = { created: [], prompts: [], destroyed: 0, cancelled: 0 };
  return {
    seen,
    availability: async () => availability,
    async create(options = {}) {
      seen.created.push(options);
      const monitor = new EventTarget();
      options.monitor?.(monitor);
      if (availability === "downloadable")
        for (const loaded of [0, 0.5, 1])
          monitor.dispatchEvent(Object.assign(new Event("downloadprogress"), { loaded }));
      return {
        measureInputUsage: async (input) => JSON.stringify(input).length,
        prompt: async (input, asked) => {
          seen.prompts.push([input, asked]);
          return reply(input, asked);
        },
        promptStreaming: (input, asked) => {
          seen.prompts.push([input, asked]);
          const words = reply(input, asked).match(/\S+\s*/g);
          return new ReadableStream({
            pull: (controller) => (words.length > 0 ? controller.enqueue(words.shift()) : controller.close()),
            cancel: () => void seen.cancelled++,
          });
        },
        destroy: () => void seen.destroyed++,
      };
    },
  };
}

async function troupeWith(t, provider, tools = []) {
  const troupe = await createTroupe({ providers: { tab: provider }, tools });
  t.after(() => troupe.dispose());
  return troupe;
}

/** A model that uses the tool, and then says what it gave. */
const adds = (input, { responseConstraint } = {}) => {
  assert.ok(responseConstraint.anyOf.length === 2);
  const last = input.at(-1).content;
  return /^The result of add:\n42/.test(last)
    ? '{"answer": "It is 42."}'
    : '{"tool": "add", "arguments": {"a": 17, "b": 25}}';
};

test("the browser's model writes word by word, with the system's words where it wants them", async (t) => {
  const model = languageModel(() => "A short answer.", { availability: "downloadable" });
  const loaded = [];
  const provider = promptApi({ languageModel: model, onDownload: (part) => loaded.push(part) });
  const troupe = await troupeWith(t, provider);
  const run = troupe.run("Say something.", { instruction: "You are brief.", pattern: "direct" });
  const texts = (await eventsOf(run)).filter(({ type }) => type === "text").map(({ text }) => text);
  assert.deepEqual(texts, ["A ", "short ", "answer."]);
  const { answer, usage } = await run;
  assert.equal(answer, "A short answer.");
  assert.ok(usage.input > 0 && usage.output === 4, JSON.stringify(usage));
  assert.deepEqual(loaded, [0, 0.5, 1]);
  assert.match(model.seen.created[0].initialPrompts[0].content, /You are brief\./);
  assert.ok(model.seen.prompts[0][0].every(({ role }) => role !== "system"));
  assert.equal(model.seen.destroyed, 1);
});

test("it uses tools by a form that it is held to, and reads their results", async (t) => {
  const model = languageModel(adds);
  const troupe = await troupeWith(t, promptApi({ languageModel: model }), [add]);
  const { answer } = await troupe.run("add 17 and 25", { pattern: "direct" });
  assert.equal(answer, "It is 42.");
  assert.equal(model.seen.prompts.length, 2);
  const [, called] = model.seen.prompts[1][0].map(({ content }) => content);
  assert.deepEqual(JSON.parse(called), { tool: "add", arguments: { a: 17, b: 25 } });
});

test("a browser without a model, and a conversation that is too long, end a run with a sentence and no second try", async (t) => {
  const none = await troupeWith(
    t,
    promptApi({ languageModel: languageModel(() => "", { availability: "unavailable" }) }),
  );
  const refused = await none.run("Hello.");
  assert.equal(refused.stop.reason, "failed");
  assert.match(refused.stop.sentence, /built-in model cannot be used on this device/);
  const missing = await troupeWith(t, promptApi());
  assert.match((await missing.run("Hello.")).stop.sentence, /This browser has no built-in model/);
  const full = languageModel(() => {
    throw Object.assign(new Error("The input is too large."), { name: "QuotaExceededError" });
  });
  const long = await troupeWith(t, promptApi({ languageModel: full }), [add]);
  assert.match(
    (await long.run("Hello.", { pattern: "direct" })).stop.sentence,
    /too long for the browser's model/,
  );
  assert.equal(full.seen.prompts.length, 1);
  assert.equal(full.seen.destroyed, 1);
});

test("cancelling a run stops the browser's model", async (t) => {
  const endless = languageModel(() => "word ".repeat(100_000));
  const troupe = await troupeWith(t, promptApi({ languageModel: endless }));
  const run = troupe.run("Go on.", { pattern: "direct" });
  for await (const event of run) if (event.type === "text") void run.cancel();
  assert.equal((await run).stop.reason, "cancelled");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(endless.seen.destroyed, 1);
});

/** WebLLM's engine: chat completions as objects. */
function engine(reply) {
  const seen = { requests: [], atOnce: 0, most: 0, interrupted: 0 };
  const usage = { prompt_tokens: 10, completion_tokens: 3 };
  async function* chunks(text) {
    for (const content of text.match(/\S+\s*/g)) yield { choices: [{ index: 0, delta: { content } }] };
    yield { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
    yield { choices: [], usage };
    seen.atOnce--;
  }
  return {
    seen,
    interruptGenerate: () => void seen.interrupted++,
    chat: {
      completions: {
        create: async (request) => {
          seen.requests.push(request);
          seen.most = Math.max(seen.most, ++seen.atOnce);
          const text = reply(request);
          if (request.stream) return chunks(text);
          seen.atOnce--;
          return { choices: [{ message: { content: text } }], usage };
        },
      },
    },
  };
}

test("a model of WebLLM is made once when it is needed, streams, and does one thing after the other", async (t) => {
  let made = 0;
  const model = engine(() => "Words that come.");
  const provider = webLlm({ engine: async () => (made++, model) });
  const troupe = await troupeWith(t, provider);
  assert.equal(made, 0);
  const outcomes = await Promise.all(
    [1, 2, 3].map(() => troupe.run("Say something.", { pattern: "direct" })),
  );
  assert.deepEqual(
    outcomes.map(({ answer }) => answer),
    Array(3).fill("Words that come."),
  );
  assert.equal(outcomes[0].usage.input, 10);
  assert.equal(made, 1);
  assert.equal(model.seen.most, 1);
});

test("its tools work by a form, or by its own where it has some", async (t) => {
  const instructed = engine(({ messages, response_format }) =>
    adds(messages, { responseConstraint: JSON.parse(response_format.schema) }),
  );
  const troupe = await troupeWith(t, webLlm({ engine: instructed }), [add]);
  assert.equal((await troupe.run("add 17 and 25", { pattern: "direct" })).answer, "It is 42.");
  const own = engine(({ tools }) => (assert.equal(tools[0].function.name, "add"), "No tool needed."));
  const direct = await troupeWith(t, webLlm({ engine: own, tools: true }), [add]);
  assert.equal((await direct.run("Hello.", { pattern: "direct" })).answer, "No tool needed.");
});

/** transformers.js: a library and its pipeline, whose tokens are words. */
function transformersLibrary(reply) {
  const seen = { loaded: 0, asked: [], interrupted: 0 };
  class InterruptableStoppingCriteria {
    interrupted = false;
    interrupt() {
      this.interrupted = true;
      seen.interrupted++;
    }
  }
  class TextStreamer {
    constructor(tokenizer, options) {
      assert.equal(typeof tokenizer.apply_chat_template, "function");
      assert.equal(options.skip_prompt, true);
      this.options = options;
    }
  }
  const tokenizer = {
    apply_chat_template: (messages, { tokenize, return_tensor, return_dict }) => {
      assert.deepEqual(
        { tokenize, return_tensor, return_dict },
        { tokenize: true, return_tensor: false, return_dict: false },
      );
      return messages.flatMap(({ content }) => content.split(" ")).map((_, i) => i);
    },
  };
  async function generate(messages, asked) {
    seen.asked.push([messages, asked]);
    const { options } = asked.streamer;
    for (const [i, word] of reply(messages)
      .match(/\S+\s*/g)
      .entries()) {
      if (i === asked.max_new_tokens || asked.stopping_criteria.interrupted) break;
      await new Promise(setImmediate);
      options.token_callback_function([BigInt(i)]);
      options.callback_function(word);
    }
    return [{ generated_text: [] }];
  }
  const pipeline = async (task, model, options) => {
    assert.deepEqual([task, model, options], ["text-generation", "a/model", { dtype: "q4" }]);
    seen.loaded++;
    return Object.assign(generate, { tokenizer });
  };
  return { seen, library: async () => ({ pipeline, TextStreamer, InterruptableStoppingCriteria }) };
}

const ofTransformers = ({ library }, more = {}) =>
  transformers({ library, model: "a/model", options: { dtype: "q4" }, ...more });

test("a model of transformers.js is loaded once, streams, counts its tokens, and does one thing after the other", async (t) => {
  const model = transformersLibrary(() => "Words that come.");
  const troupe = await troupeWith(t, ofTransformers(model));
  const run = troupe.run("Say something.", { pattern: "direct" });
  const texts = (await eventsOf(run)).filter(({ type }) => type === "text").map(({ text }) => text);
  assert.deepEqual(texts, ["Words ", "that ", "come."]);
  const { answer, usage } = await run;
  assert.equal(answer, "Words that come.");
  assert.ok(usage.input > 2 && usage.output === 3, JSON.stringify(usage));
  await troupe.run("Say something.", { pattern: "direct" });
  assert.equal(model.seen.loaded, 1);
});

test("it uses tools by instruction, is cut where it may not go on, and is stopped when its run is cancelled", async (t) => {
  const adding = transformersLibrary((messages) =>
    /^The result of add:\n42/.test(messages.at(-1).content)
      ? '{"answer": "It is 42."}'
      : 'Well: {"tool": "add", "arguments": {"a": 17, "b": 25}}',
  );
  const troupe = await troupeWith(t, ofTransformers(adding), [add]);
  assert.equal((await troupe.run("add 17 and 25", { pattern: "direct" })).answer, "It is 42.");
  const endless = transformersLibrary(() => "word ".repeat(10_000));
  const short = await troupeWith(t, ofTransformers(endless, { maxTokens: 5 }));
  assert.equal((await short.run("Go on.", { pattern: "direct" })).usage.output, 5);
  const long = await troupeWith(t, ofTransformers(endless, { maxTokens: 10_000 }));
  const run = long.run("Go on.", { pattern: "direct" });
  for await (const event of run) if (event.type === "text") void run.cancel();
  assert.equal((await run).stop.reason, "cancelled");
  assert.equal(endless.seen.interrupted, 1);
});

test("a library that is missing, and a model that cannot be loaded, end a run with a sentence and no second try", async (t) => {
  const missing = await troupeWith(t, ofTransformers({ library: () => import("not-installed-at-all") }));
  const { stop, usage } = await missing.run("Hello.");
  assert.match(stop.sentence, /npm install @huggingface\/transformers/);
  assert.equal(usage.calls, 1);
  const pipeline = async () => Promise.reject(new Error("no such folder"));
  const nowhere = await troupeWith(t, ofTransformers({ library: async () => ({ pipeline }) }));
  assert.match((await nowhere.run("Hello.")).stop.sentence, /a\/model could not be loaded: no such folder/);
});

/** Wllama, as far as the wire goes: tests/models has the real one. */
const wllamaLike = (template, reply) => ({
  requests: [],
  getChatTemplate: () => template,
  async createChatCompletion(request) {
    this.requests.push(request);
    const chunks = [{ choices: [{ index: 0, delta: reply(request), finish_reason: "stop" }] }];
    return (async function* () {
      yield* chunks;
    })();
  },
});

test("a model of wllama whose chat template knows tools uses them by its own function calling", async (t) => {
  const called = [{ index: 0, id: "c1", function: { name: "add", arguments: '{"a": 17, "b": 25}' } }];
  const model = wllamaLike("{% if tools %}{{ tools }}{% endif %}", ({ messages }) =>
    messages.at(-1).role === "tool"
      ? { content: `It is ${messages.at(-1).content}.` }
      : { tool_calls: called },
  );
  const troupe = await troupeWith(t, wllama({ model, maxTokens: 100, temperature: 0.5 }), [add]);
  assert.equal((await troupe.run("add 17 and 25", { pattern: "direct" })).answer, "It is 42.");
  const [{ tools, max_tokens, temperature, stream }] = model.requests;
  assert.deepEqual([tools[0].function.name, max_tokens, temperature, stream], ["add", 100, 0.5, true]);
});

test("what of JSON Schema the grammars of node-llama-cpp do not know is said as they know it, never more widely", () => {
  const text = { type: "string" };
  const whole = { type: "object", properties: { a: text, b: text } };
  assert.deepEqual(grammarSchema({ ...whole, required: ["a", "b"] }), whole);
  assert.deepEqual(grammarSchema({ ...whole, required: ["a"] }), {
    oneOf: [{ type: "object", properties: { a: text } }, whole],
  });
  assert.deepEqual(
    grammarSchema({ anyOf: [{ type: ["string", "null"], minLength: 2 }, { enum: [1, "x"] }] }),
    {
      oneOf: [{ oneOf: [{ type: "string", minLength: 2 }, { type: "null" }] }, { enum: [1, "x"] }],
    },
  );
  const node = { type: "object", properties: { next: { $ref: "#/definitions/node" } }, required: ["next"] };
  assert.deepEqual(grammarSchema({ $ref: "#/definitions/node", definitions: { node } }), {
    $ref: "#/$defs/node",
    $defs: { node: { type: "object", properties: { next: { $ref: "#/$defs/node" } } } },
  });
  assert.deepEqual(grammarSchema({ type: "string", format: "uri" }), text);
  assert.deepEqual(
    grammarSchema({ type: "array", items: { allOf: [text, { maxLength: 3 }] }, maxItems: 2 }),
    {
      type: "array",
      items: { type: "string", maxLength: 3 },
      maxItems: 2,
    },
  );
  assert.deepEqual(grammarSchema({ type: "object" }).additionalProperties, grammarSchema(true));
});

test("a turn of a model in Node is one item of its history, with what its tools said", () => {
  const call = (id, path) => ({
    id,
    type: "function",
    function: { name: "read", arguments: JSON.stringify({ path }) },
  });
  const history = historyOf([
    { role: "system", content: "Be kind." },
    { role: "user", content: "What is in x and y?" },
    { role: "assistant", content: "I look.", tool_calls: [call("1", "x"), call("2", "y")] },
    { role: "tool", content: "seven", tool_call_id: "1" },
    { role: "tool", content: "eight", tool_call_id: "2" },
    { role: "assistant", content: "Seven and eight." },
    { role: "user", content: "Thanks." },
  ]);
  const read = (path, result) => ({ type: "functionCall", name: "read", params: { path }, result });
  assert.deepEqual(history, [
    { type: "system", text: "Be kind." },
    { type: "user", text: "What is in x and y?" },
    { type: "model", response: ["I look.", read("x", "seven"), read("y", "eight"), "Seven and eight."] },
    { type: "user", text: "Thanks." },
  ]);
});
