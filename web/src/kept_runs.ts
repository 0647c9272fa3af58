// The runs of this page, kept by the browser until they have ended: a tab that is closed or loaded anew in the midst of
// one finds it again. Who wants a journal for longer downloads it.
import { type JournalStore, browserJournal, memoryJournal } from "troupe";
import { Journal } from "./journal.js";

/** So many runs that were left stay: the newest. */
const MOST = 20;

export interface KeptRuns {
  /** Whether they survive the tab; not where the browser has no IndexedDB to give. */
  durable: boolean;
  store: JournalStore;
  /** The journal of the newest run that was left and that no other tab has. */
  left(): Promise<string | undefined>;
}

function hasEnded(text: string): boolean {
  const journal = new Journal();
  journal.write(0, new TextEncoder().encode(text));
  return journal.ended;
}

export async function keptRuns(): Promise<KeptRuns> {
  let store: ReturnType<typeof browserJournal>;
  try {
    store = browserJournal();
    await store.list();
  } catch {
    return { durable: false, store: memoryJournal(), left: async () => undefined };
  }

  const close = async (run: string) => {
    const text = await store.read(run);
    if (text !== undefined && hasEnded(text)) await store.remove(run);
    await store.close(run);
  };
  /** A tab that was loaded anew may need a moment to let go. */
  const taken = async (run: string) => {
    for (const wait of [0, 200, 800]) {
      await new Promise((over) => setTimeout(over, wait));
      try {
        await store.open(run, "append");
        return true;
      } catch {
        // Another tab has it.
      }
    }
    return false;
  };
  const left = async () => {
    const runs = (await store.list()).reverse();
    for (const run of runs.slice(MOST)) await store.remove(run);
    for (const run of runs.slice(0, MOST)) {
      if (!(await taken(run))) continue;
      const text = await store.read(run);
      await close(run);
      if (text !== undefined && !hasEnded(text)) return text;
    }
    return undefined;
  };
  return { durable: true, store: { ...store, close }, left };
}
