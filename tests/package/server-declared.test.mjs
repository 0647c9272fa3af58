// What a server of our own declares of its tools and prompts holds, whoever asks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTroupe } from "troupe";
import { createServer, serverTool } from "troupe/server";

/** Asks as the application itself. */
async function asked(t, definition) {
  const troupe = await createTroupe({ servers: { own: createServer(definition) } });
  t.after(() => troupe.dispose());
  return troupe.server("own");
}

const giving = (output, run) => ({ tools: [serverTool({ name: "it", description: "It.", output, run })] });
const wordsIn = ({ isError, content: [{ text } = {}] }) => (isError ? text : "fits");

test("a result that is not what the tool declares is a failure of the tool, and says why", async (t) => {
  const output = {
    type: "object",
    properties: {
      n: { type: "number", minimum: 1 },
      at: { type: "string" },
      tags: { items: { enum: ["a", "b"] } },
    },
    required: ["n"],
    additionalProperties: false,
  };
  const said = async (value) =>
    wordsIn(
      await (
        await asked(
          t,
          giving(output, () => value),
        )
      ).call("it"),
    );
  const first = 'The tool "it" gave a result that is not what it declares:\n- ';
  assert.equal(await said({ n: 1, at: new Date(0), tags: ["a"] }), "fits");
  assert.equal(await said({ n: "notnumber" }), `${first}n: must be of type number, not string`);
  assert.equal(await said({ n: 0 }), `${first}n: must be at least 1`);
  assert.equal(await said({}), `${first}n: is missing`);
  assert.equal(await said({ n: 1, tags: ["a", "c"] }), `${first}tags.1: must be one of "a", "b"`);
  assert.equal(await said({ n: 1, more: true }), `${first}more: is not allowed`);
  assert.equal(await said("one"), `${first}it has none that is structured`);
  assert.equal(await said({ isError: true, content: [{ type: "text", text: "no" }] }), "no");
  assert.throws(
    () => createServer(giving({ type: "objekt" }, () => null)),
    /The "output" of the tool "it" is no JSON Schema: \/type is "objekt"/,
  );
});

test("arguments that JSON Schema does not allow never reach the tool", async (t) => {
  const seen = [];
  const input = {
    type: "object",
    properties: {
      who: { $ref: "#/$defs/name" },
      when: { oneOf: [{ type: "integer", exclusiveMinimum: 0 }, { const: "now" }] },
      parts: { type: "array", prefixItems: [{ type: "string" }], items: { type: "null" }, uniqueItems: true },
    },
    patternProperties: { "^x-": { type: "boolean" } },
    required: ["who"],
    $defs: { name: { type: "string", minLength: 2, pattern: "^[A-Z]" } },
  };
  const run = (args) => void seen.push(args);
  const own = await asked(t, { tools: [serverTool({ name: "it", description: "It.", input, run })] });
  const said = async (args) =>
    wordsIn(await own.call("it", args)).replace("The arguments do not fit:\n- ", "");
  assert.equal(await said({ who: "Ada", when: "now", parts: ["a", null], "x-a": true }), "fits");
  assert.equal(seen.length, 1);
  assert.equal(await said({}), "who: is missing");
  assert.equal(await said({ who: "A" }), "who: must have at least 2 characters");
  assert.equal(await said({ who: "ada" }), "who: must match the pattern ^[A-Z]");
  assert.match(await said({ who: "Ada", when: 0 }), /^when: must be /);
  assert.equal(await said({ who: "Ada", parts: [1] }), "parts.0: must be of type string, not number");
  assert.equal(await said({ who: "Ada", parts: ["a", null, null] }), "parts: must not have an item twice");
  assert.equal(await said({ who: "Ada", "x-a": "yes" }), "x-a: must be of type boolean, not string");
  assert.equal(seen.length, 1);
});

test("a prompt gets all texts that it needs, or is refused as clients know it", async (t) => {
  const own = await asked(t, {
    prompts: [
      {
        name: "greet",
        arguments: [{ name: "who", required: true }, { name: "how" }],
        get: ({ who }) => `hi ${who}`,
      },
    ],
  });
  assert.equal((await own.prompt("greet", { who: "Ada" })).messages[0].content.text, "hi Ada");
  await assert.rejects(own.prompt("greet"), {
    rpcCode: -32602,
    message: /The prompt "greet" needs a text as "who"\./,
  });
  await assert.rejects(own.prompt("greet", { who: "Ada", how: 5 }), /needs a text as "how"/);
});

test("a result that JSON would lose is a failure, and a number that is none is told by its name", async (t) => {
  const said = async (value) =>
    (
      await (
        await asked(
          t,
          giving(undefined, () => value),
        )
      ).call("it")
    ).content[0].text;
  assert.match(await said(new Map()), /A Map is nothing in JSON/);
  assert.match(await said(() => 1), /A function is nothing in JSON/);
  assert.equal(await said(Number.NaN), "NaN");
});
