// A file beside a journal that says which process writes it.
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";
import { TroupeError } from "../errors.js";

/** Held by this thread: a lock with our own number that is not among them is left from a process before us. */
const held = new Set<string>();

interface Owner {
  pid: number;
  thread: number;
  host: string;
}

/** Takes the lock of a journal, also from a process that has died. Throws when somebody has it. */
export async function lock(file: string, run: string): Promise<void> {
  const path = `${file}.lock`;
  const mine: Owner = { pid: process.pid, thread: threadId, host: hostname() };
  for (let tries = 0; tries < 3; tries++) {
    if (await write(path, JSON.stringify(mine))) {
      held.add(path);
      return;
    }
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined) continue;
    if (text === "" && (await isFresh(path))) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    const owner = parsed(text);
    const left = text === "" || (owner !== undefined && isDead(owner, mine));
    if (held.has(path) || !left) throw taken(run, path, owner);
    await takeAway(path, text);
  }
  throw taken(run, path, undefined);
}

export async function unlock(file: string): Promise<void> {
  const path = `${file}.lock`;
  if (held.delete(path)) await rm(path, { force: true });
}

/** Who has just made it will write its number in a moment. What is older and empty a full disk has left. */
async function isFresh(path: string): Promise<boolean> {
  const made = await stat(path).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs < 2000;
}

async function write(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a dead process's lock, unless another one was quicker and it is a new one by now. */
async function takeAway(path: string, text: string): Promise<void> {
  const aside = `${path}.${process.pid}.${threadId}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, "utf8")) === text) await rm(aside);
  else await rename(aside, path);
}

function isDead(owner: Owner, mine: Owner): boolean {
  if (owner.host !== mine.host) return false;
  if (owner.pid === mine.pid) return owner.thread === mine.thread;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function parsed(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return undefined;
  }
}

function taken(run: string, path: string, owner: Owner | undefined): TroupeError {
  const who = owner ? `process ${owner.pid} on ${owner.host}` : "another process";
  return new TroupeError(
    "journal",
    `The journal of run "${run}" is in use by ${who}. If that is gone for sure, delete ${path}.`,
  );
}
