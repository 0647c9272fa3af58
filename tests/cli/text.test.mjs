// Text on a terminal: how wide it is, and what text from outside may not do to it.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { argumentLines, showQuestion } from "../../wasm/dist/cli/ask/show-question.js";
import { invocation, quoted } from "../../wasm/dist/cli/invocation.js";
import { describeArguments, describeText } from "../../wasm/dist/cli/journal/describe.js";
import { dollars, duration } from "../../wasm/dist/cli/text/amounts.js";
import { isColoured, paintFor } from "../../wasm/dist/cli/text/style.js";
import { shown } from "../../wasm/dist/cli/text/tell.js";
import { fit, harmless, widthOf, wrap } from "../../wasm/dist/cli/text/width.js";

const plain = (_style, text) => text;
process.env.FORCE_COLOR = "1";
const coloured = paintFor({});

test("wide characters take two columns, marks and styles none", () => {
  assert.equal(widthOf("abc"), 3);
  assert.equal(widthOf("日本"), 4);
  assert.equal(widthOf("e\u0301"), 1);
  assert.equal(widthOf(coloured("green", "ok")), 2);
  assert.equal(fit("日本語です", 6), "日本…");
});

test("lines are broken at spaces, and within words only where a word is too long", () => {
  assert.deepEqual(wrap("one two three", 8), ["one two", "three"]);
  assert.deepEqual(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
  assert.deepEqual(wrap("a\n\n  b", 10), ["a", "", "  b"]);
  for (const line of wrap("日本語 ".repeat(20), 11)) assert.ok(widthOf(line) <= 11);
});

test("escape sequences and marks that turn the reading order are shown, not obeyed", () => {
  assert.equal(harmless("a\x1b[2Jb\r\nc\td"), "a\\x1b[2Jb\nc\td");
  assert.equal(harmless("\u202egnp.exe\x9b"), "\\u202egnp.exe\\x9b");
});

test("a line that is told takes one line and moves no cursor, and text cannot style itself", () => {
  assert.equal(shown(`${coloured("red", "a")} b`), "\x1b[31ma\x1b[39m b");
  assert.equal(
    shown(coloured("red", "a\x1b[8mb\nc\x1b]0;t\x07")),
    "\x1b[31ma\\x1b[8mb c\\x1b]0;t\\x07\x1b[39m",
  );
});

test("all that the command line shows is told by one module", () => {
  const folder = fileURLToPath(new URL("../../wasm/src/cli/", import.meta.url));
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".ts"));
  const writing = files.filter((name) =>
    /console\.|\.write\(/.test(readFileSync(join(folder, name), "utf8")),
  );
  // The screen draws told lines over one another, and a line being typed is ended.
  assert.deepEqual(writing.sort(), ["ask/prompt.ts", "live/screen.ts", "text/tell.ts"]);
});

test("arguments: what tells calls apart first, long texts last and cut", () => {
  const text = describeArguments({ content: "x".repeat(500), path: "a b.md", head: 3 }, 80);
  assert.match(text, /^path: "a b\.md", head: 3, content: x+…$/);
  assert.ok(widthOf(text) <= 80);
  assert.equal(describeText("one\ntwo\n\nthree\n"), "one (4 lines, 15 B)");
  assert.equal(describeText(""), "(empty)");
});

test("an approval shows all arguments, and says how much of a long one is hidden", () => {
  const lines = argumentLines({ path: "a", content: "x\n\x1b[31my" }, 60, plain);
  assert.deepEqual(lines, ["path     a", "content  x", "         \\x1b[31my"]);
  const question = {
    subject: "approval",
    sentence: "",
    tool: "t",
    arguments: { text: "line\n".repeat(99) },
    hash: "",
  };
  const cut = showQuestion(question, 80, plain);
  assert.ok(cut.hidden > 70);
  assert.match(cut.lines.at(-1), /… \d+ more lines: \[v\] shows them/);
  assert.equal(showQuestion(question, 80, plain, true).hidden, 0);
});

test("amounts read well", () => {
  assert.deepEqual([12, 999, 1500, 61_000, 3_700_000].map(duration), [
    "12 ms",
    "999 ms",
    "1.5 s",
    "1 min 1 s",
    "1 h 1 min",
  ]);
  assert.deepEqual([0, 228_000, 12_345_678, 2_500_000_000].map(dollars), [
    "$0",
    "$0.00023",
    "$0.012",
    "$2.50",
  ]);
});

test("colours: on terminals, unless NO_COLOR; FORCE_COLOR decides", () => {
  const terminal = { isTTY: true };
  assert.equal(isColoured(terminal, {}), true);
  assert.equal(isColoured({}, {}), false);
  assert.equal(isColoured(terminal, { NO_COLOR: "1" }), false);
  assert.equal(isColoured({}, { FORCE_COLOR: "1" }), true);
  assert.equal(isColoured(terminal, { FORCE_COLOR: "0" }), false);
  assert.equal(isColoured(terminal, { TERM: "dumb" }), false);
});

test("suggested lines can be pasted", () => {
  assert.equal(invocation(["node", "/usr/bin/troupe"], {}), "troupe");
  assert.equal(invocation(["node", "/x/node_modules/.bin/troupe"], {}), "npx troupe");
  assert.match(invocation(["node", `${process.cwd()}/a b/main.js`], {}), /^node 'a b\/main\.js'$/);
  assert.equal(quoted("it's"), `'it'\\''s'`);
});
