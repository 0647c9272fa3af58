import { TroupeError } from "../errors.js";
import type { JournalStore } from "./store.js";

/** There are no files here; says so. */
export function fileJournal(folder: string): JournalStore {
  throw new TroupeError(
    "unsupported",
    `fileJournal("${folder}") needs a disk: it is for Node, Deno and Bun. In browsers, use browserJournal().`,
  );
}
