// What the C++ tests recorded: for every engine that they made, its batches of events and the commands that came back.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a build of the C++ tests and gives the folder of its recordings. */
export function record(command, args) {
  const folder = mkdtempSync(join(tmpdir(), "troupe-parity-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const ran = spawnSync(command, [...args, `--record=${folder}`], { cwd: root, encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${ran.stdout}${ran.stderr}`);
  return folder;
}

export const recordNatively = () => record("build/native-debug/tests/native/troupe_tests", []);
export const recordAsWasm = () =>
  record(process.execPath, ["build/wasm-release/tests/native/troupe_tests.cjs"]);

/** The names of a folder's recordings. */
export const casesOf = (folder) => readdirSync(folder).sort();

/** The batches of one recording. */
export function batchesOf(folder, name) {
  const bytes = readFileSync(join(folder, name));
  const batches = [];
  for (let at = 0; at < bytes.length;) {
    const part = () => {
      const size = bytes.readUInt32LE(at);
      at += 4 + size;
      return bytes.subarray(at - size, at);
    };
    batches.push({ events: part(), commands: part() });
  }
  return batches;
}

/** The frames of a batch; a broken one ends it, as it does in the engine. */
export function framesOf(batch) {
  const frames = [];
  for (let at = 0; at + 4 <= batch.length;) {
    const head = batch.readUInt32LE(at);
    const bodyAt = at + 4 + head;
    if (bodyAt + 4 > batch.length) break;
    const body = batch.readUInt32LE(bodyAt);
    try {
      const text = batch.subarray(at + 4, bodyAt).toString();
      frames.push({ head: JSON.parse(text), body: batch.subarray(bodyAt + 4, bodyAt + 4 + body) });
    } catch {
      break;
    }
    at = bodyAt + 4 + body;
  }
  return frames;
}
