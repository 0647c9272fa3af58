// The first answer in Node.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("in_node.mjs", import.meta.url));

/** Milliseconds from a process's start to its answer. What ending takes, nobody waits for. */
async function sample(name) {
  const begun = performance.now();
  const env = { ...process.env, NODE_NO_WARNINGS: "1" };
  const child = spawn(process.execPath, [script, name], { env, stdio: ["ignore", "pipe", "inherit"] });
  let ms;
  child.stdout.once("data", () => (ms = performance.now() - begun));
  await once(child, "close");
  if (ms === undefined) throw new Error(`${name} gave no answer in Node.`);
  return ms;
}

export const inNode = async () => ({ sample, close: async () => {} });
