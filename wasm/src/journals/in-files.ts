// Journals as files: one `<run>.jsonl` a run in a folder.
import { open, readFile, readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { TroupeError } from "../errors.js";
import { isFileName, noFileName } from "./file-name.js";
import { lock, unlock } from "./lock.js";
import { makeFolder } from "./make-folder.js";
import type { JournalStore } from "./store.js";

const ENDING = ".jsonl";

/** See fileJournal(). */
export function journalInFiles(given: string): JournalStore {
  const folder = resolve(given); // one folder has one name, or its locks would not be known as our own
  const fileOf = (run: string) => {
    if (!isFileName(run)) throw new TroupeError("invalid_input", noFileName(run));
    return join(folder, run + ENDING);
  };
  return {
    durable: true,
    open: async (run, mode) => {
      const file = fileOf(run);
      makeFolder(folder);
      await lock(file, run);
      try {
        const size = await sizeOf(file);
        if (mode === "create" && size > 0)
          throw new TroupeError("journal", `There is a run "${run}" already, in ${file}.`);
        if (size < 0) await create(file, folder);
      } catch (error) {
        await unlock(file);
        throw error;
      }
    },
    append: async (run, at, lines) => {
      // Opened for each write: a thousand runs at once would run out of handles.
      const file = await open(fileOf(run), "r+");
      try {
        let written = 0;
        while (written < lines.length) {
          written += (await file.write(lines, written, lines.length - written, at + written)).bytesWritten;
        }
        await file.truncate(at + lines.length);
        await file.datasync();
      } finally {
        await file.close();
      }
    },
    close: async (run) => {
      const file = fileOf(run);
      // A run that was refused has no first line: its name is free again.
      if ((await sizeOf(file)) === 0) await rm(file, { force: true });
      await unlock(file);
    },
    read: (run) => orNothing(readFile(fileOf(run), "utf8")),
    list: async () => {
      const files = (await orNothing(readdir(folder))) ?? [];
      return files
        .filter((name) => name.endsWith(ENDING))
        .map((name) => name.slice(0, -ENDING.length))
        .sort();
    },
  };
}

/** The name of a new file is safe when its folder is written, too. */
async function create(file: string, folder: string): Promise<void> {
  await (await open(file, "a")).close();
  if (process.platform === "win32") return;
  const directory = await open(folder, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** In bytes; below 0 where there is none. */
async function sizeOf(file: string): Promise<number> {
  return (await orNothing(stat(file)))?.size ?? -1;
}

/** What is not there is no failure. */
async function orNothing<Value>(found: Promise<Value>): Promise<Value | undefined> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
