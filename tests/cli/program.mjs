// The program `troupe` as a child process, and folders for it to work in.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

export const main = path("../../wasm/dist/cli/main.js");
export const ledgerServer = path("ledger-server.mjs");
export const recordedServer = path("recorded-server.mjs");

/** Nothing of the machine that runs the tests: no keys, no colours. */
const bare = { PATH: process.env.PATH, HOME: tmpdir(), LANG: "C.UTF-8" };

process.setMaxListeners(0);

/** A folder of its own with these files, removed at the end. */
export function folder(files = {}) {
  const made = mkdtempSync(join(tmpdir(), "troupe-cli-"));
  process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(made, name)), { recursive: true });
    writeFileSync(join(made, name), typeof text === "string" ? text : JSON.stringify(text));
  }
  return made;
}

/** Begins it; `ended` resolves to `{ code, signal, stdout, stderr }`. */
export function begin(cwd, args, { env = {}, input } = {}) {
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...bare, ...env } });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"])
    child[name].setEncoding("utf8").on("data", (text) => (said[name] += text));
  child.stdin.end(input);
  const ended = new Promise((resolve) =>
    child.on("close", (code, signal) => resolve({ code, signal, ...said })),
  );
  return { child, said, ended };
}

export const troupe = (cwd, args, options) => begin(cwd, args, options).ended;

/** The journals in a folder's `runs`, as texts. */
export function journals(cwd) {
  const runs = join(cwd, "runs");
  const names = readdirSync(runs).filter((name) => name.endsWith(".jsonl"));
  return names.sort().map((name) => readFileSync(join(runs, name), "utf8"));
}

export async function until(condition, patienceMs = 20_000) {
  const start = Date.now();
  while (!condition()) {
    if (Date.now() - start > patienceMs) throw new Error("It did not happen in time.");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
