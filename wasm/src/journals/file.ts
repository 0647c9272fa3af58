// Journals as files. What reads and writes them is loaded with the first: the file system's modules take as long to load as
// the engine takes to compile, and most processes start without them.
import type { JournalStore } from "./store.js";

/**
 * Keeps journals in a folder of the disk. What was appended survives a crash of the process and of the machine; two
 * processes cannot have one journal at once. Node, Deno and Bun only; Deno has to allow it the folder and the machine's name,
 * which stands in the lock: `--allow-read --allow-write --allow-sys=hostname`.
 *
 * @example
 * ```ts
 * import { createTroupe, fileJournal } from "troupe";
 *
 * const troupe = await createTroupe({ journal: fileJournal("runs") });
 * const run = troupe.run("add 17 and 25");
 * await run;
 * console.log(`runs/${run.id}.jsonl`);
 * ```
 */
export function fileJournal(folder: string): JournalStore {
  let loaded: Promise<JournalStore> | undefined;
  const files = () =>
    (loaded ??= import("./in-files.js").then(({ journalInFiles }) => journalInFiles(folder)));
  return {
    durable: true,
    open: async (run, mode) => (await files()).open(run, mode),
    append: async (run, at, lines) => (await files()).append(run, at, lines),
    close: async (run) => (await files()).close(run),
    read: async (run) => (await files()).read(run),
    list: async () => (await files()).list(),
  };
}
