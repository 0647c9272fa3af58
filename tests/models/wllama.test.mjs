// GGUF models in a page, by the real wllama in a real Chromium.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "../standin/chromium.mjs";
import { asked, formRequest, isForm, isMove, modelBytes, move } from "./model.mjs";
import { randomModel } from "../standin/gguf.mjs";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".gguf": "application/octet-stream" };
const dist = new URL("../../wasm/dist/", import.meta.url);
const library = new URL("node_modules/@wllama/wllama/esm/", import.meta.url);
const models = { "/model.gguf": modelBytes, "/endless.gguf": () => randomModel({ readily: ["on and "] }) };

/** What the tests use in the page: a provider of a model that the page loads, and a function to ask a troupe with it. */
const PAGE = `<!doctype html><title>wllama</title><script type="module">
import { createTroupe } from "/troupe/browser.js";
import { wllama } from "/troupe/models/wllama.js";
import { Wllama } from "/wllama/index.js";

async function load(path = "/model.gguf", n_ctx = 2048) {
  const model = new Wllama({ default: "/wllama/wasm/wllama.wasm" }, { suppressNativeLog: true });
  await model.loadModel([await (await fetch(path)).blob()], { n_ctx, n_threads: 1 });
  return model;
}
let last;
window.unloaded = () => new Wllama({ default: "/wllama/wasm/wllama.wasm" });
/** A model is loaded once: the next test takes it over. */
window.model = (path = "/model.gguf") => (last?.path === path ? last.made : (last = { path, made: load(path) }).made);
window.provider = (options) => wllama({ model: () => window.model(), ...options });
window.asked = async (provider, task, { tools = [], cancel = false } = {}) => {
  const troupe = await createTroupe({ providers: { tab: provider }, tools });
  const run = troupe.run(task, { pattern: "direct", limits: { turns: 2 } });
  const texts = [];
  for await (const event of run) {
    if (event.type === "text") texts.push(event.text);
    if (cancel && texts.length === 3) void run.cancel();
  }
  const outcome = await run;
  await troupe.dispose();
  return { texts, ...outcome };
};
/** What a reply to a request of the engine says. */
window.replied = async (provider, body) => {
  const reply = await provider.call({ json: () => body, signal: new AbortController().signal });
  return reply instanceof Response ? reply.text() : reply;
};
document.title = "ready";
</script>`;

let server, browser, page;

before(async () => {
  server = createServer(async ({ url }, response) => {
    const type = TYPES[extname(url)];
    if (!type) return response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
    const file = url.startsWith("/wllama/") ? new URL(url.slice(8), library) : new URL(url.slice(8), dist);
    const bytes = await (models[url] ?? (() => readFile(file)))();
    response.writeHead(200, { "content-type": type }).end(bytes);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  browser = await launch();
  page = await (await browser.newContext()).newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => document.title === "ready");
});

after(async () => {
  await browser.close();
  server.close();
});

test("a model in the tab says what it says piece by piece, and its tokens are counted", async () => {
  const outcome = await page.evaluate(
    (asked) => window.asked(window.provider({ ...asked, maxTokens: 50 }), "Hello."),
    asked,
  );
  assert.ok(outcome.texts.length > 1, JSON.stringify(outcome));
  assert.equal(outcome.texts.join(""), outcome.answer);
  const { input, output } = outcome.usage;
  assert.ok(input > 10 && output > 1 && output <= 50, JSON.stringify(outcome.usage));
});

test("a model in the tab is held to a form that is wanted of it, whatever the weights", async () => {
  for (let seed = 1; seed <= 4; seed++) {
    const stream = await page.evaluate(
      ([asked, body]) => window.replied(window.provider(asked), body),
      [{ ...asked, seed }, formRequest],
    );
    const chunks = stream.split("\n").filter((line) => line.startsWith("data: {"));
    const text = chunks.map((line) => JSON.parse(line.slice(6)).choices[0]?.delta.content ?? "").join("");
    assert.ok(isForm(JSON.parse(text)), text);
  }
});

test("a model in the tab that knows no tools uses them by a form that the grammar holds it to", async () => {
  const { name, description, input: parameters } = move;
  const body = {
    messages: [{ role: "user", content: "Move the robot." }],
    tools: [{ type: "function", function: { name, description, parameters } }],
  };
  for (let seed = 1; seed <= 6; seed++) {
    const reply = await page.evaluate(
      ([asked, body]) => window.replied(window.provider(asked), body),
      [{ ...asked, seed }, body],
    );
    const { text, toolCalls } = reply;
    if (toolCalls)
      assert.ok(toolCalls[0].name === "move" && isMove(toolCalls[0].arguments), JSON.stringify(toolCalls));
    else assert.ok(typeof text === "string" && !text.startsWith("{"), JSON.stringify(reply));
  }
});

test("a run in the tab goes from the model's call to the tool and back", async () => {
  const { moves, outcome } = await page.evaluate(
    async ([asked, { name, description, input }]) => {
      const moves = [];
      const robot = {
        name,
        description,
        input,
        readOnly: true,
        run: (args) => (moves.push(args), "It moved."),
      };
      // A form with nothing but the call: what the model says of it is what it has to.
      const only = await window.model();
      const calling = {
        createChatCompletion: (request) => {
          const { schema } = request.response_format.json_schema;
          const form = { json_schema: { name: "call", schema: schema.anyOf[1] }, type: "json_schema" };
          return only.createChatCompletion({ ...request, response_format: form });
        },
      };
      const outcome = await window.asked(window.provider({ ...asked, model: calling }), "Move the robot.", {
        tools: [robot],
      });
      return { moves, outcome };
    },
    [asked, { ...move, run: undefined }],
  );
  assert.ok(moves.length > 0 && moves.every(isMove), JSON.stringify({ moves, outcome }));
});

test("cancelling a run stops the model in the tab, and the next run has it", async () => {
  const [cancelled, next] = await page.evaluate(async (asked) => {
    const provider = window.provider({
      ...asked,
      maxTokens: 1500,
      model: () => window.model("/endless.gguf"),
    });
    return [await window.asked(provider, "Go on.", { cancel: true }), await window.asked(provider, "Go on.")];
  }, asked);
  assert.equal(cancelled.stop.reason, "cancelled");
  assert.match(next.answer, /on and on and/);
});

test("a model in the tab says in words that it is not loaded, or that a conversation is too long, and nobody tries again", async () => {
  const [unloaded, long] = await page.evaluate(async (asked) => {
    const none = window.provider({ ...asked, model: window.unloaded() });
    return [
      await window.asked(none, "Hello."),
      await window.asked(window.provider(asked), "word ".repeat(3000)),
    ];
  }, asked);
  assert.match(unloaded.stop.sentence, /This Wllama has no model/);
  assert.match(long.stop.sentence, /too long for the model/);
  assert.deepEqual([unloaded.usage.calls, long.usage.calls], [1, 1]);
});
