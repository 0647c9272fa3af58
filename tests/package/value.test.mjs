// The value of a run with a schema: what the schema's own library makes of the answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTroupe } from "troupe";
import { z } from "zod";
import { says, scripted } from "./support/models.mjs";

async function troupeThat(t, ...replies) {
  const { call } = scripted(...replies.map((reply) => says(JSON.stringify(reply))));
  const troupe = await createTroupe({ providers: { fake: { call } } });
  t.after(() => troupe.dispose());
  return troupe;
}

const booking = z.object({
  day: z.string().transform((text) => new Date(text)),
  seats: z.number().default(2),
});

test("defaults and transforms of a schema are applied to the value, here, after a resume and in a fork", async (t) => {
  const troupe = await troupeThat(t, { day: "2026-11-30" }, { day: "2026-12-01", seats: 4 });
  const run = troupe.run("Book a table", { pattern: "direct", schema: booking });
  const { value, answer } = await run;
  assert.deepEqual(value, { day: new Date("2026-11-30"), seats: 2 });
  assert.equal(answer, '{"day":"2026-11-30"}');

  const resumed = await troupe.resume(run.journal(), { schema: booking });
  assert.deepEqual(resumed.value, value);
  assert.deepEqual((await troupe.resume(run.journal())).value, { day: "2026-11-30" });

  const [chat] = run.journal().match(/(?<="kind":"chat".*"step":")[^"]+/);
  const fork = await troupe.fork(run.journal(), { at: chat, schema: booking });
  assert.deepEqual(fork.value, { day: new Date("2026-12-01"), seats: 4 });
});

test("a schema that needs time to read the value is waited for, by who awaits and by who looks on", async (t) => {
  const troupe = await troupeThat(t, { city: "Oslo" });
  const schema = z.object({
    city: z.string().transform(async (city) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return city.toUpperCase();
    }),
  });
  const run = troupe.run("Which city?", { pattern: "direct", schema });
  let ended;
  for await (const event of run) if (event.type === "ended") ended = event.outcome;
  assert.deepEqual(ended.value, { city: "OSLO" });
  assert.equal(await run, ended);
});

test("what JSON Schema cannot say and the schema refuses is no value, and why is said", async (t) => {
  const even = z.object({ n: z.number().refine((n) => n % 2 === 0, "must be even") });
  const troupe = await troupeThat(t, { n: 3 }, { n: 4 });
  const { value, unfit, stop, answer } = await troupe.run("An even number", {
    pattern: "direct",
    schema: even,
  });
  assert.deepEqual([value, stop.reason, answer], [undefined, "done", '{"n":3}']);
  assert.equal(unfit, "The answer does not fit:\n- n: must be even");
  const fits = await troupe.run("An even number", { pattern: "direct", schema: even });
  assert.deepEqual([fits.value, fits.unfit], [{ n: 4 }, undefined]);

  const broken = z.object({ n: z.number().transform(() => { throw new Error("no such unit"); }) }); // prettier-ignore
  const failed = await (await troupeThat(t, { n: 1 })).run("A number", { pattern: "direct", schema: broken });
  assert.deepEqual([failed.value, failed.unfit], [undefined, "no such unit"]);
});

test("one of several kinds of objects may be asked for, and the answer is held to its kind", async (t) => {
  const schema = z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("found"), page: z.number() }),
    z.object({ kind: z.literal("missing") }),
  ]);
  const troupe = await troupeThat(t, { kind: "found" }, { kind: "found", page: 3 });
  const { value } = await troupe.run("Which page?", { pattern: "direct", schema });
  assert.deepEqual(value, { kind: "found", page: 3 });
  const recursive = z.object({ name: z.string(), get parts() { return z.array(recursive); } }); // prettier-ignore
  const whole = await troupeThat(t, { name: "a", parts: [{ name: "b", parts: [] }] });
  assert.equal(
    (await whole.run("Of what?", { pattern: "direct", schema: recursive })).value.parts[0].name,
    "b",
  );
});

test("a library that cannot write JSON Schema gets it beside its schema, and still reads the value", async (t) => {
  const schema = {
    "~standard": {
      version: 1,
      vendor: "tinyschema",
      validate: ({ seats }) => ({ value: { seats: BigInt(seats) } }),
    },
  };
  const jsonSchema = { type: "object", properties: { seats: { type: "integer" } }, required: ["seats"] };
  const troupe = await troupeThat(t, { seats: "two" }, { seats: 2 });
  const { value } = await troupe.run("Book a table", { pattern: "direct", schema, jsonSchema });
  assert.deepEqual(value, { seats: 2n });
  await assert.rejects(async () => troupe.run("Book a table", { schema }), {
    code: "invalid_input",
    message:
      /The schema of the answer \(tinyschema\) cannot say what it is .* Give that beside it, as "jsonSchema"/,
  });
});
