// One set-up at a time: two would build in the same folders.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

import { at } from "./command.mjs";
import { progress } from "./say.mjs";

export async function alone(work) {
  mkdirSync(at("build"), { recursive: true });
  const file = at("build/lock");
  if (!take(file)) {
    await progress("waiting for the set-up that another process does", async () => {
      while (!take(file)) await new Promise((done) => setTimeout(done, 200));
    });
  }
  const leave = () => rmSync(file, { force: true });
  process.once("exit", leave);
  try {
    return await work();
  } finally {
    leave();
    process.removeListener("exit", leave);
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    if (!abandoned(file)) return false;
    rmSync(file, { force: true });
    return false;
  }
}

function abandoned(file) {
  try {
    const owner = Number(readFileSync(file, "utf8"));
    // A lock without a number is being written at this moment.
    if (owner > 0) process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}
