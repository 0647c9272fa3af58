// A, B, C, A, B, C, …: what else a machine does meanwhile falls on all of them alike.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Measures every name once a round, one after the other: `{ name: [a result a round] }`. */
export async function inRounds({ rounds, names, place }, measure) {
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const name of names) {
      place(`[round ${round} of ${rounds}: ${name}]`);
      results[name].push(await measure(name));
    }
  }
  return results;
}

/** Runs a script of this folder in a process of its own, and reads the JSON that it prints. */
export async function inChild(script, ...args) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const env = { ...process.env, NODE_NO_WARNINGS: "1" };
  const options = { env, maxBuffer: 1 << 26 };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--expose-gc", "--max-old-space-size=8192", path, ...args],
    options,
  );
  return JSON.parse(stdout);
}
