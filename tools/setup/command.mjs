// Runs other programs: with their output in build/logs, of which the end is shown when one fails, or in full view.

import { spawn } from "node:child_process";
import { accessSync, constants as modes, createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Trouble } from "./say.mjs";

export const repo = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const at = (...parts) => join(repo, ...parts);

/** Where a program lies, or undefined. */
export function onPath(program) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const file = join(folder, program);
    try {
      accessSync(file, modes.X_OK);
      return file;
    } catch {
      // The next folder may have it.
    }
  }
  return undefined;
}

/** Runs `argv` with its output in build/logs/<log>.log. `place` hears of the "[3/40]" in what ninja prints. */
export async function logged(log, argv, { env, place, append } = {}) {
  mkdirSync(at("build/logs"), { recursive: true });
  const file = `build/logs/${log}.log`;
  const out = createWriteStream(at(file), { flags: append ? "a" : "w" });
  const child = start(argv, { env, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes) => {
      out.write(bytes);
      const counters = place && String(bytes).match(/\[\d+\/\d+\]/g);
      if (counters) place(counters.at(-1));
    });
  }
  const code = await ended(child, argv);
  await new Promise((done) => out.end(done));
  if (code === 0) return;
  const tail = readFileSync(at(file), "utf8").trimEnd().split("\n").slice(-40);
  const lines = tail.map((line) => (line.length > 400 ? `${line.slice(0, 400)} …` : line));
  throw new Trouble(`That did not succeed (exit code ${code}). The end of ${file}:\n\n${lines.join("\n")}`);
}

/** Runs `argv` in full view and tells its exit code. Ctrl-C is for it: it may have to put something away. */
export async function shown(argv, { env } = {}) {
  const child = start(argv, { env, stdio: "inherit" });
  const wait = () => {};
  const pass = () => child.kill("SIGTERM");
  process.on("SIGINT", wait).on("SIGTERM", pass);
  const code = await ended(child, argv);
  process.off("SIGINT", wait).off("SIGTERM", pass);
  return code;
}

/** Runs `argv` and returns what it prints. */
export async function printed(argv) {
  const child = start(argv, { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout.on("data", (bytes) => (text += bytes));
  return (await ended(child, argv)) === 0 ? text : "";
}

function start(argv, { env, stdio }) {
  return spawn(argv[0], argv.slice(1), { cwd: repo, env: { ...process.env, ...env }, stdio });
}

function ended(child, argv) {
  return new Promise((resolve, reject) => {
    child.on("error", (error) =>
      reject(new Trouble(`"${argv[0]}" could not be started: ${error.message}`, 3)),
    );
    child.on("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
