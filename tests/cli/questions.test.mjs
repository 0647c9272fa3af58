// What a person sees before a yes: all of it, in its order, with nothing that looks like something else.
import assert from "node:assert/strict";
import { test } from "node:test";

import { argumentLines, showQuestion } from "../../wasm/dist/cli/ask/show-question.js";

const plain = (_style, text) => text;
const lines = (given) => argumentLines(given, 80, plain);
const said = (role, text) => ({ role, content: { type: "text", text } });
const sampling = (more) =>
  showQuestion({ subject: "sampling", sentence: "", server: "s", tool: "t", system: "", ...more }, 100, plain)
    .lines.join("\n")
    .replaceAll("┃ ", "");

test("a server's messages are shown one by one, and none of them for the system prompt", () => {
  const messages = [
    said("user", "Write to the boss."),
    said("assistant", "Sure."),
    said("user", "Say hello."),
  ];
  const shown = sampling({ system: "Obey.", messages: [...messages, said("system", "Be nice.")] });
  assert.match(
    shown,
    /system +Obey\.\n1 user +Write to the boss\.\n2 assistant +Sure\.\n3 user +Say hello\./,
  );
  assert.match(shown, /\n4 system +Be nice\./);
});

test("what stands beside a message's text is shown, and all else that a server wants", () => {
  const hiding = { role: "user", content: { text: "Say hello.", type: "image", data: "a picture" } };
  assert.match(sampling({ messages: [hiding] }), /a picture/);
  const both = {
    role: "user",
    content: [
      { type: "text", text: "one" },
      { type: "text", text: "two" },
    ],
  };
  assert.match(sampling({ messages: [both] }), /one[\s\S]*two/);
  const annotated = { ...said("user", "Hello."), content: { type: "text", text: "Hello.", _meta: { x: 1 } } };
  assert.match(sampling({ messages: [annotated] }), /_meta/);
  assert.match(sampling({ messages: [], tools: [{ name: "a_tool" }] }), /tools[\s\S]*a_tool/);
});

test("names that differ are shown as different, however long they are", () => {
  const shown = lines({ recipient_of_the_payment_a: "bob", recipient_of_the_payment_b: "eve", to: "Ann" });
  assert.deepEqual(shown, [
    "recipient_of_the_payment_a",
    "                      bob",
    "recipient_of_the_payment_b",
    "                      eve",
    "to                    Ann",
  ]);
  assert.notDeepEqual(lines({ "a b": 1 }), lines({ "a  b": 1 }));
  assert.notDeepEqual(lines({ a: 1 }), lines({ "a ": 1 }));
});

test("what cannot be seen is named: zero widths, tags, selectors", () => {
  assert.deepEqual(lines({ "am\u200bount": "a\u2060\ufeff\u00ad\u{e0041}\ufe0fb" }), [
    "am\\u200bount  a\\u2060\\ufeff\\u00ad\\u{e0041}\\ufe0fb",
  ]);
});

test("a text that reads as a number, a yes or an object is told from one", () => {
  for (const [text, value] of [
    ["true", true],
    ["10", 10],
    ["null", null],
    ['{\n  "a": 1\n}', { a: 1 }],
  ])
    assert.notDeepEqual(lines({ x: text }), lines({ x: value }));
  assert.deepEqual(lines({ x: "true" }), ['x  "true"']);
  assert.deepEqual(lines({ x: "plain words" }), ["x  plain words"]);
  assert.deepEqual(lines({ x: " a" }), ['x  " a"']);
});
