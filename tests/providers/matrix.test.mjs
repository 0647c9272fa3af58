// The table of vendors and features in docs/providers.md: each cell has a native test, and it passes.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { named, page, pageWithTable } from "./matrix.mjs";

const program = fileURLToPath(new URL("../../build/native-debug/tests/native/troupe_tests", import.meta.url));
const meant = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" };
const plain = (text) => text.replace(/&\w+;/g, (name) => meant[name]);

test("the table in docs/providers.md is what the tests prove", async () => {
  assert.equal(await readFile(page, "utf8"), await pageWithTable());
});

test("every test that the table names is there, and passes", async () => {
  // Doctest parts names at commas that have no backslash before them.
  const filter = named().map((name) => name.replaceAll(",", "\\,"));
  const { stdout } = await promisify(execFile)(program, ["-r=xml", "-nc", `-tc=${filter.join(",")}`], {
    maxBuffer: 1 << 26,
  });
  const run = [...stdout.matchAll(/<TestCase name="([^"]*)"[^>]*[^/]>(.*?)<\/TestCase>/gs)];
  const passed = run.filter(([, , told]) => told.includes('test_case_success="true"'));
  assert.deepEqual(passed.map(([, name]) => plain(name)).sort(), named().sort());
});
