// The package in Node, Deno and Bun: local processes and servers of the same process.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { temporaryFolder } from "../package/support/folder.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
// The programs themselves, as the packages of one platform have them: no install script has to run.
const runtimes = {
  Node: [process.execPath],
  Deno: [here("node_modules/@deno/linux-x64-glibc/deno"), "run", "--no-prompt", "--allow-all"],
  Bun: [here("node_modules/@oven/bun-linux-x64/bin/bun")],
};

for (const [name, [command, ...args]] of Object.entries(runtimes)) {
  test(`${name}: a process is logged, started again when it dies, and ended step by step`, async (t) => {
    const notes = join(await temporaryFolder(t), "notes");
    const env = { ...process.env, NODE: process.execPath, NOTES: notes };
    const { stdout } = await promisify(execFile)(command, [...args, here("main.mjs")], { env });
    const told = JSON.parse(stdout);
    assert.equal(told.answer, "done");
    assert.ok(told.logs.includes("ready to serve"), told.logs.join("\n"));
    assert.match(told.died, /The MCP server "process" ended with exit code 3\./);
    assert.equal(told.hello, "hello");
    // It heard both hints and stayed; what ended it can be heard by nobody.
    assert.equal(await readFile(notes, "utf8"), "stdin closed\nSIGTERM\n");
    assert.equal(told.alive, false);
  });
}
