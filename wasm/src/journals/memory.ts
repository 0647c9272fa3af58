// Journals in memory.
import { TroupeError } from "../errors.js";
import { textOf } from "../frames.js";
import type { JournalStore } from "./store.js";

/**
 * Keeps journals as long as this object lives: for tests, and for handing runs from one troupe to another.
 *
 * @example
 * ```ts
 * import { createTroupe, memoryJournal } from "troupe";
 *
 * const journal = memoryJournal();
 * const troupe = await createTroupe({ journal });
 * await troupe.run("add 17 and 25");
 * console.log(await journal.list());
 * ```
 */
export function memoryJournal(): JournalStore {
  const texts = new Map<string, Uint8Array>();
  const open = new Set<string>();
  return {
    durable: false,
    open: async (run, mode) => {
      if (open.has(run)) throw new TroupeError("journal", `The journal of run "${run}" is in use.`);
      if (mode === "create" && texts.has(run))
        throw new TroupeError("journal", `There is a run "${run}" already.`);
      open.add(run);
    },
    append: async (run, at, lines) => {
      const before = texts.get(run)?.subarray(0, at) ?? new Uint8Array();
      const whole = new Uint8Array(at + lines.length);
      whole.set(before);
      whole.set(lines, at);
      texts.set(run, whole);
    },
    close: async (run) => void open.delete(run),
    read: async (run) => {
      const bytes = texts.get(run);
      return bytes && textOf(bytes);
    },
    list: async () => [...texts.keys()].sort(),
  };
}
