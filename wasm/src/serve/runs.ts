// Runs as their journals tell them, for clients that look at what was done.
import type { JournalStore } from "../journals/store.js";

export interface RunSummary {
  run: string;
  task: string;
  /** `done`, another reason for which it ended, or `unfinished`. */
  state: string;
  /** Milliseconds since 1970. */
  begun: number;
  steps: number;
  answer?: string;
  [more: string]: unknown;
}

interface Line {
  kind: string;
  state?: string;
  value?: { answer?: string; stop?: { reason?: string } };
}

/** Nothing when the text is no journal. */
export function summaryOf(journal: string): RunSummary | undefined {
  const [first = "", ...rest] = journal.split("\n").filter((line) => line !== "");
  try {
    const header = JSON.parse(first) as { journal?: string; run: string; task: string; at: number };
    if (header.journal !== "troupe") return undefined;
    const lines = rest.map((line) => JSON.parse(line) as Line);
    const end = lines.findLast(({ kind }) => kind === "end")?.value;
    const steps = lines.filter(({ state }) => state === "done" || state === "failed").length;
    return {
      run: header.run,
      task: header.task,
      state: end?.stop?.reason ?? "unfinished",
      begun: header.at,
      steps,
      ...(end?.answer !== undefined && { answer: end.answer }),
    };
  } catch {
    return undefined;
  }
}

/** The newest first. */
export async function summaries(journals: JournalStore, most: number): Promise<RunSummary[]> {
  const names = (await journals.list()).slice(-most).reverse();
  const texts = await Promise.all(names.map((run) => journals.read(run)));
  return texts.map((text = "") => summaryOf(text)).filter((summary) => summary !== undefined);
}
