import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { batchesOf, casesOf, framesOf, recordNatively } from "./recordings.mjs";

let frames;
before(() => {
  const folder = recordNatively();
  frames = casesOf(folder).flatMap((name) =>
    batchesOf(folder, name).flatMap(({ events, commands }) => [
      ...framesOf(events).map((frame) => ({ side: "Events", ...frame })),
      ...framesOf(commands).map((frame) => ({ side: "Commands", ...frame })),
    ]),
  );
});

/** The kinds and fields of an interface in protocol.ts, read from its text: types are gone at run time. */
function declared(side) {
  const source = readFileSync(new URL("../../wasm/src/protocol.ts", import.meta.url), "utf8");
  const body = source.split(`export interface ${side} {`)[1].split("\n}")[0];
  const kinds = new Map();
  let kind;
  for (const line of body.split("\n")) {
    const opening = /^ {2}"?([\w.]+)"?: (.*)$/.exec(line);
    if (opening) kinds.set((kind = opening[1]), "");
    if (kind) kinds.set(kind, kinds.get(kind) + line.replace(/^ {2}"?[\w.]+"?:/, ""));
  }
  return new Map([...kinds].map(([name, text]) => [name, new Set(text.match(/\b\w+(?=\??:)/g) ?? [])]));
}

for (const side of ["Events", "Commands"]) {
  test(`every frame of the C++ tests has a kind and fields of ${side} in protocol.ts`, () => {
    const known = declared(side);
    const seen = new Set();
    for (const { head } of frames.filter((frame) => frame.side === side)) {
      if (side === "Events" && !known.has(head.kind)) continue; // nonsense that tests send on purpose
      const fields = known.get(head.kind);
      assert.ok(fields, `${side} has no "${head.kind}"`);
      for (const field of Object.keys(head)) {
        assert.ok(field === "kind" || fields.has(field), `"${head.kind}" has no field "${field}"`);
      }
      seen.add(head.kind);
    }
    assert.ok(seen.size >= 8, `only ${[...seen]} were seen`);
  });
}
