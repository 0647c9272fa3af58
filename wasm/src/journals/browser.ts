// Journals in a browser's IndexedDB.
import { TroupeError } from "../errors.js";
import { textOf } from "../frames.js";
import { joined } from "../host/lines.js";
import type { JournalStore } from "./store.js";

const PIECES = "pieces";

export interface BrowserJournal extends JournalStore {
  /** Deletes a run's journal. Nothing if there is none. */
  remove(run: string): Promise<void>;
}

/**
 * Keeps journals in the browser's IndexedDB, under their origin, until you `remove` them. What was appended survives the
 * tab; two tabs cannot have one journal at once. Browsers only.
 *
 * @example
 * ```ts
 * import { browserJournal, createTroupe } from "troupe";
 *
 * const troupe = await createTroupe({ journal: browserJournal() });
 * await troupe.run("add 17 and 25");
 * ```
 */
export function browserJournal(database = "troupe"): BrowserJournal {
  if (typeof indexedDB === "undefined") {
    throw new TroupeError(
      "unsupported",
      "browserJournal() needs IndexedDB: it is for browsers. Elsewhere, use fileJournal().",
    );
  }
  let opened: Promise<IDBDatabase> | undefined;
  const locks = new Map<string, () => void>();

  /** A piece is a few lines under [run, byte]. */
  const pieces = async <Value>(
    mode: IDBTransactionMode,
    use: (store: IDBObjectStore) => IDBRequest<Value> | void,
  ) => {
    const db = await (opened ??= openDatabase(database));
    const transaction = db.transaction(PIECES, mode, { durability: "strict" });
    const request = use(transaction.objectStore(PIECES));
    return new Promise<Value>((resolve, reject) => {
      transaction.oncomplete = () => resolve(request?.result as Value);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  };
  const all = (run: string) => IDBKeyRange.bound([run, 0], [run, Infinity]);
  const read = async (run: string) => {
    const found = await pieces<Uint8Array[]>("readonly", (store) => store.getAll(all(run)));
    return found.length === 0 ? undefined : joined(found);
  };

  return {
    durable: true,
    open: async (run, mode) => {
      const release = await lock(`${database}/${run}`);
      if (!release) throw new TroupeError("journal", `The journal of run "${run}" is in use by another tab.`);
      if (mode === "create" && (await read(run))) {
        release();
        throw new TroupeError("journal", `There is a run "${run}" already.`);
      }
      locks.set(run, release);
    },
    append: async (run, at, lines) => {
      await pieces("readwrite", (store) => {
        store.delete(IDBKeyRange.bound([run, at], [run, Infinity]));
        const before = store.openCursor(all(run), "prev");
        before.onsuccess = () => {
          const last = before.result;
          if (last) {
            const start = (last.key as [string, number])[1];
            const piece = last.value as Uint8Array;
            if (start + piece.length > at) last.update(piece.slice(0, at - start));
          }
          store.put(lines, [run, at]);
        };
      });
    },
    close: async (run) => {
      locks.get(run)?.();
      locks.delete(run);
    },
    read: async (run) => {
      const bytes = await read(run);
      return bytes && textOf(bytes);
    },
    remove: (run) => pieces<void>("readwrite", (store) => void store.delete(all(run))),
    list: async () => {
      const keys = await pieces("readonly", (store) => store.getAllKeys());
      return [...new Set((keys as [string, number][]).map(([run]) => run))];
    },
  };
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(PIECES);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Gives what releases the lock, or nothing when another tab has it. Where there are no locks, nobody is kept out. */
async function lock(name: string): Promise<(() => void) | undefined> {
  const { locks } = globalThis.navigator ?? {};
  if (!locks) return () => undefined;
  return new Promise((resolve, reject) => {
    const asked = locks.request(name, { ifAvailable: true }, (granted) => {
      if (!granted) return resolve(undefined);
      return new Promise<void>((release) => resolve(() => release()));
    });
    asked.catch(reject);
  });
}
