import assert from "node:assert/strict";
import { test } from "node:test";
import { createTroupe, tool } from "troupe";
import { z } from "zod";
import { calls, eventsOf, says, scripted } from "./support/models.mjs";

const resultIn = (events) => events.find((event) => event.kind === "tool" && event.state === "done")?.result;

/** Runs one tool call and gives what the model then read. */
async function called(tools, name, args) {
  const { call, requests } = scripted(calls(name, args), says("done"));
  const troupe = await createTroupe({ providers: { fake: { call } }, tools });
  const events = await eventsOf(troupe.run("Use the tool."));
  await troupe.dispose();
  return { read: requests[1].messages.at(-1).content, result: resultIn(events), offered: requests[0].tools };
}

test("a zod schema says what the tool takes, checks it, and gives typed values", async () => {
  const greet = tool({
    name: "greet",
    description: "Greets.",
    input: z.object({ name: z.string(), times: z.coerce.number().default(1) }),
    run: ({ name, times }) => `Hello ${name}! `.repeat(times).trim(),
  });
  assert.deepEqual(greet.input.properties.name, { type: "string" });
  assert.equal(greet.input.$schema, undefined);
  const { read, offered } = await called([greet], "greet", { name: "Ada" });
  assert.equal(read, "Hello Ada!");
  assert.equal(offered[0].function.name, "greet");
});

test("arguments that a schema's library refuses come back to the model with the reasons", async () => {
  const even = tool({
    name: "even",
    description: "Takes even numbers.",
    input: z.object({ n: z.number().refine((n) => n % 2 === 0, "must be even") }),
    run: () => "ran",
  });
  const { read } = await called([even], "even", { n: 3 });
  assert.equal(read, "The arguments do not fit:\n- n: must be even");
});

test("arguments that do not fit the JSON Schema never reach the tool", async () => {
  let ran = false;
  const add = tool({
    name: "add",
    description: "Adds.",
    input: { type: "object", properties: { a: { type: "number" } }, required: ["a"] },
    run: () => (ran = true),
  });
  const { read } = await called([add], "add", { a: "one" });
  assert.match(read, /The arguments do not fit the schema of "add"/);
  assert.equal(ran, false);
});

test("a library that cannot write JSON Schema is refused with what to do about it", () => {
  const input = { "~standard": { version: 1, vendor: "tinyschema", validate: (value) => ({ value }) } };
  const define = (extra) => tool({ name: "t", description: "", input, run: () => null, ...extra });
  assert.throws(() => define({}), {
    name: "TroupeError",
    code: "invalid_input",
    message:
      /The schema of the tool "t" \(tinyschema\) cannot say what it is in JSON Schema\. Give that beside it, as "jsonSchema", or take a library/,
  });
  assert.deepEqual(define({ jsonSchema: { type: "object" } }).input, { type: "object" });
});

test("a tool that is written down without tool() is read as one that is not: its schema is told, checked and applied", async () => {
  const seen = [];
  const plain = {
    name: "half",
    description: "Halves.",
    input: z.object({ x: z.coerce.number(), from: z.string().default("one") }),
    run: (args) => void seen.push(args),
  };
  const { offered } = await called([plain], "half", { x: 21 });
  assert.deepEqual(Object.keys(offered[0].function.parameters.properties).sort(), ["from", "x"]);
  assert.deepEqual(seen, [{ x: 21, from: "one" }]);
  for (const input of ["text", 5, null, [], { type: "string" }, z.string()]) {
    await assert.rejects(createTroupe({ tools: [{ ...plain, input }] }), {
      code: "invalid_input",
      message: /The schema of the tool "half" must be one of an object/,
    });
  }
});

test("what is no JSON Schema is refused by its place, because it would check nothing", async () => {
  const refusal = (property, more) => {
    try {
      tool({
        name: "t",
        description: "",
        input: { type: "object", properties: { n: property }, ...more },
        run: () => null,
      });
      return "accepted";
    } catch ({ message }) {
      return message.replace('The schema of the tool "t" is no JSON Schema: ', "");
    }
  };
  assert.match(
    refusal({ type: "intger" }),
    /^\/properties\/n\/type is "intger", and must be one of string, /,
  );
  assert.match(refusal({}, { required: "n" }), /^\/required is "n", and must be a list of names\.$/);
  assert.match(refusal({ $ref: "#/nope" }), /^\/properties\/n\/\$ref is "#\/nope", and there is nothing/);
  assert.match(refusal({ pattern: "(" }), /is "\(", which is no regular expression/);
  assert.match(refusal({ items: { minimum: "1" } }), /^\/properties\/n\/items\/minimum is "1"/);
  assert.match(refusal({ anyOf: [] }), /anyOf is a list, and must be a list of schemas/);
  assert.match(refusal("string"), /^\/properties\/n is "string", where a schema is needed/);
  const endless = { type: "object", properties: {} };
  endless.properties.self = endless;
  assert.match(refusal(endless), /it has no end at/);
  for (const good of [
    true,
    { type: ["string", "null"], enum: ["type", null] },
    { $ref: "#/$defs/name" },
    { $ref: "#person" },
    { $ref: "https://elsewhere.example/schema.json" },
    { $id: "https://a.example/s", $ref: "#/$defs/own", $defs: { own: {} } },
    { exclusiveMinimum: true, minimum: 0, items: [{}], "x-own": { type: "intger" } },
    { type: "object", properties: { type: { type: "string" }, required: { type: "boolean" } } },
  ])
    assert.equal(refusal(good, { $defs: { name: {}, p: { $anchor: "person" } } }), "accepted");
});

test("one of several kinds of objects is told as one with the fields of all, and held to its kind", async () => {
  const shape = tool({
    name: "shape",
    description: "Draws.",
    input: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("circle"), r: z.number() }),
      z.object({ kind: z.literal("square"), side: z.number() }),
    ]),
    run: ({ kind }) => `a ${kind}`,
  });
  const { read, offered } = await called([shape], "shape", { kind: "circle", r: 1 });
  assert.equal(read, "a circle");
  const { parameters } = offered[0].function;
  assert.equal(parameters.type, "object");
  assert.equal(parameters.anyOf ?? parameters.oneOf, undefined);
  assert.deepEqual(Object.keys(parameters.properties).sort(), ["kind", "r", "side"]);
  assert.deepEqual(parameters.required, ["kind"]);
  assert.match((await called([shape], "shape", { kind: "circle", side: 1 })).read, /do not fit:\n- r: /);
});

test("what JSON would lose of a result is said, and not sent as nothing", async () => {
  const returning = (run) =>
    called([tool({ name: "t", description: "", run })], "t").then(({ read }) => read);
  assert.equal(await returning(() => Number.NaN), "NaN");
  assert.equal(await returning(() => -Infinity), "-Infinity");
  assert.match(await returning(() => new Map([["a", 1]])), /A Map is nothing in JSON\. What can be sent is/);
  assert.match(await returning(() => ({ found: [new Set([1])] })), /A Set is nothing in JSON/);
  assert.match(await returning(async () => new Response("hi")), /A Response is nothing in JSON/);
  assert.match(await returning(() => () => 1), /A function is nothing in JSON/);
  assert.match(await returning(() => Symbol("x")), /A symbol is nothing in JSON/);
  assert.equal(
    await returning(() => ({ none: {}, at: new Date(0) })),
    '{"at":"1970-01-01T00:00:00.000Z","none":{}}',
  );
});

test("a schema that is no object, or a name that models cannot say, is refused at once", () => {
  const define = (name, input) => () => tool({ name, description: "", input, run: () => null });
  assert.throws(define("t", z.string()), /The schema of the tool "t" must be one of an object/);
  assert.throws(define("two words"), /"two words" is no name for a tool/);
});

test("whatever a tool returns or throws, the model reads it", async () => {
  const returning = (run) =>
    called([tool({ name: "t", description: "", run })], "t").then(({ read }) => read);
  assert.equal(await returning(() => "text"), "text");
  assert.equal(await returning(async () => ({ a: 1 })), '{"a":1}');
  assert.equal(await returning(() => ({ content: [{ type: "text", text: "as MCP" }] })), "as MCP");
  assert.equal(await returning(() => undefined), "");
  assert.match(await returning(() => 1n), /BigInt/);
  assert.match(
    await returning(() => Promise.reject(new Error("no disk", { cause: new Error("ENOSPC") }))),
    /no disk: ENOSPC/,
  );
  assert.match(
    await returning(() => {
      throw new Error("at once");
    }),
    /at once/,
  );
});

test("a tool hears who calls it, with a key that belongs to this very call", async () => {
  const seen = [];
  const watch = tool({ name: "watch", description: "", run: (args, context) => void seen.push(context) });
  await called([watch], "watch");
  const [{ run, step, key, signal }] = seen;
  assert.equal(key, `${run}/${step}`);
  assert.equal(signal.aborted, false);
});

test("cancelling a run aborts the tools that it waits for", async () => {
  let aborted;
  const slow = tool({
    name: "slow",
    description: "",
    run: (args, { signal }) => {
      setImmediate(() => void run.cancel());
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve((aborted = true))));
    },
  });
  const { call } = scripted(calls("slow"), says("done"));
  const troupe = await createTroupe({ providers: { fake: { call } }, tools: [slow] });
  const run = troupe.run("Be slow.");
  assert.equal((await run).stop.reason, "cancelled");
  assert.equal(aborted, true);
  await troupe.dispose();
});

test("two tools of one name are refused", async () => {
  const twin = () => tool({ name: "twin", description: "", run: () => null });
  await assert.rejects(createTroupe({ tools: [twin(), twin()] }), /There are two tools "twin"/);
});

test("half a character, as text.slice() leaves it, breaks nothing: results, failures, arguments, descriptions", async () => {
  const cut = "all is well \u{1F600}".slice(0, -1);
  const shown = "all is well \uFFFD";
  const says_it = tool({ name: "say", description: cut, run: () => cut });
  assert.equal((await called([says_it], "say", { why: cut })).read, shown);
  const throws_it = tool({
    name: "fail",
    description: "",
    run: () => {
      throw new Error(cut);
    },
  });
  assert.match((await called([throws_it], "fail", {})).read, /all is well \uFFFD/);
});
