// C++ and TypeScript mean the same frames: every kind that the C++ tests produce has the fields that
// wasm/src/protocol.ts gives it. tests/package/protocol.test.mjs holds docs/protocol.md against the same types.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { batchesOf, casesOf, framesOf, recordNatively } from "./recordings.mjs";
import { typescriptKinds } from "./types.mjs";

const events = typescriptKinds("Events");
const commands = typescriptKinds("Commands");

/** kind -> the sets of fields that it was seen with. */
const seen = { events: new Map(), commands: new Map() };

before(() => {
  const folder = recordNatively();
  for (const name of casesOf(folder)) {
    for (const step of batchesOf(folder, name)) {
      for (const side of ["events", "commands"]) {
        for (const { head } of framesOf(step[side])) {
          const { kind, ...fields } = head;
          if (!seen[side].has(kind)) seen[side].set(kind, new Set());
          seen[side].get(kind).add(Object.keys(fields).sort().join(" "));
        }
      }
    }
  }
});

function check(kinds, side, unknownKinds) {
  for (const [kind, shapes] of seen[side]) {
    if (unknownKinds.includes(kind)) continue;
    assert.ok(kinds.has(kind), `protocol.ts does not know the kind "${kind}"`);
    const { known, required } = kinds.get(kind);
    for (const shape of shapes) {
      const fields = shape.split(" ").filter(Boolean);
      for (const field of fields)
        assert.ok(known.includes(field), `protocol.ts: "${kind}" has no "${field}"`);
      for (const field of required) assert.ok(fields.includes(field), `"${kind}" came without "${field}"`);
    }
  }
}

test("protocol.ts was read as it is meant", () => {
  assert.deepEqual(commands.get("http.send"), {
    known: ["credential", "headers", "id", "method", "url"],
    required: ["headers", "id", "method", "url"],
  });
  assert.deepEqual(events.get("probe"), { known: ["probe", "provider", "server"], required: ["probe"] });
  assert.deepEqual(events.get("close"), { known: [], required: [] });
});

test("every command that the core sends is one of protocol.ts, field by field", () => {
  check(commands, "commands", []);
});

test("every event that the core was tested with is one of protocol.ts, but for the nonsense", () => {
  check(events, "events", ["nonsense"]);
});

test("every kind of command was sent in some case, so that none is checked on paper only", () => {
  assert.deepEqual([...seen.commands.keys()].sort(), [...commands.keys()].sort());
});

test("every kind of event was given in some case", () => {
  const given = [...seen.events.keys()].filter((kind) => kind !== "nonsense");
  assert.deepEqual(given.sort(), [...events.keys()].sort());
});
