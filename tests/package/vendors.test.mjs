// Each vendor's wire, spoken with a server that nobody here wrote: @copilotkit/aimock.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LLMock } from "@copilotkit/aimock";
import { createTroupe, tool } from "troupe";
import { bedrock } from "troupe/bedrock";

/** Under the names of all vendors: each route takes its own. */
const usage = {
  ...{ prompt_tokens: 40, completion_tokens: 7, total_tokens: 47 },
  ...{ input_tokens: 40, output_tokens: 7 },
  ...{ promptTokenCount: 40, candidatesTokenCount: 7, totalTokenCount: 47 },
};
/** Its routes for these always say that nothing was used. */
const uncounted = ["cohere", "bedrock"];

const mock = new LLMock({ port: 0 });
before(async () => {
  mock.addFixture({
    match: { userMessage: "weather", hasToolResult: false },
    response: {
      toolCalls: [
        { name: "get_weather", arguments: '{"city":"Oslo"}' },
        { name: "get_weather", arguments: '{"city":"Lima"}' },
      ],
      usage,
    },
  });
  mock.addFixture({
    match: { hasToolResult: true },
    response: { content: "Rain in Oslo, sun in Lima.", usage },
  });
  mock.addFixture({ match: { userMessage: "hello" }, response: { content: "Hello, and welcome — 你好." } });
  await mock.start();
});
after(() => mock.stop());

const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "very-secret-key" };
const vendors = {
  openai: () => ({ url: `${mock.url}/v1`, apiKey: "secret-key", model: "gpt-4o" }),
  "openai-responses": () => ({ url: `${mock.url}/v1`, apiKey: "secret-key", model: "gpt-4o" }),
  anthropic: () => ({ url: `${mock.url}/v1`, apiKey: "secret-key", model: "claude-sonnet-4-5" }),
  google: () => ({ url: `${mock.url}/v1beta`, apiKey: "secret-key", model: "gemini-2.5-flash" }),
  cohere: () => ({ url: `${mock.url}/v2`, apiKey: "secret-key", model: "command-a-03-2025" }),
  azure: () => ({ url: mock.url, apiKey: "secret-key", model: "gpt-4o", version: "2024-10-21" }),
  bedrock: () =>
    bedrock({
      url: mock.url,
      region: "us-east-1",
      credentials,
      model: "anthropic.claude-3-5-sonnet-20241022-v2:0",
    }),
};

/** The headers of each that have a secret. */
const secretHeaders = {
  anthropic: "x-api-key",
  google: "x-goog-api-key",
  azure: "api-key",
};

async function withVendor(t, type, stream) {
  const asked = [];
  const sent = [];
  const weather = tool({
    name: "get_weather",
    description: "The weather of a city.",
    input: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    readOnly: true,
    run: ({ city }) => (asked.push(city), city === "Oslo" ? "rain" : "sun"),
  });
  const troupe = await createTroupe({
    providers: { vendor: { type, ...vendors[type](), stream } },
    tools: [weather],
    fetch: (url, init) => (sent.push({ url, headers: new Headers(init.headers) }), fetch(url, init)),
  });
  t.after(() => troupe.dispose());
  return { troupe, asked, sent };
}

for (const type of Object.keys(vendors)) {
  for (const stream of [true, false]) {
    const how = stream ? "streamed" : "whole";
    test(`${type}, ${how}: two calls at once, their results, and the answer`, async (t) => {
      const { troupe, asked, sent } = await withVendor(t, type, stream);
      const run = troupe.run("What is the weather in Oslo and Lima?", { pattern: "direct" });
      const { answer, stop, usage: used } = await run;
      assert.equal(answer, "Rain in Oslo, sun in Lima.", stop.sentence);
      assert.deepEqual(asked.sort(), ["Lima", "Oslo"]);
      if (!uncounted.includes(type)) assert.deepEqual([used.input, used.output], [80, 14]);
      const key = sent[0].headers.get(secretHeaders[type] ?? "authorization");
      if (type === "bedrock")
        assert.match(key, /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/.*us-east-1\/bedrock/);
      else assert.match(key, /secret-key/);
      assert.ok(!run.journal().includes("secret"), "no secret is in the journal");
    });
  }

  test(`${type}: text comes as it is written`, async (t) => {
    const { troupe } = await withVendor(t, type, true);
    const texts = [];
    for await (const event of troupe.run("Say hello.", { pattern: "direct" }))
      if (event.type === "text") texts.push(event.text);
    assert.equal(texts.join(""), "Hello, and welcome — 你好.");
    assert.ok(texts.length > 1, "in pieces");
  });
}

test("a vendor that there is not is refused, with those that there are", async () => {
  await assert.rejects(
    createTroupe({ providers: { x: { type: "acme" } } }),
    /there are anthropic, azure, bedrock/,
  );
});
