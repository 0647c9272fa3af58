// The Web Worker: the engine, the tools and the credentials live here; the page only shows.
import { type JournalStore, type Run, type Troupe, type TroupeOptions, createTroupe } from "troupe";
import { Documents } from "./documents.js";
import { keptRuns } from "./kept_runs.js";
import type { FromWorker, Settings, ToWorker } from "./messages.js";
import { toolsOver } from "./tools.js";

const documents = new Documents();
const tell = (message: FromWorker) => postMessage(message);
const tellDocuments = () => tell({ kind: "documents", documents: documents.list() });
const tools = toolsOver(documents, tellDocuments);

const kept = keptRuns();

/** The page shows the lines and offers them for download. */
function shown(store: JournalStore): JournalStore {
  const append: JournalStore["append"] = async (run, at, lines) => {
    await store.append(run, at, lines);
    tell({ kind: "lines", at, lines });
  };
  return { ...store, append };
}

let current: { troupe: Troupe; run: Run } | undefined;
/** Knows no provider and no server: for looking at journals. */
const idle = createTroupe();

async function optionsOf({ endpoint, servers }: Settings): Promise<TroupeOptions> {
  const options: TroupeOptions = { tools, journal: shown((await kept).store) };
  if (endpoint) {
    const { url, key, model } = endpoint;
    options.providers = { openai: { url, model, ...(key && { apiKey: key }) } };
  }
  options.servers = Object.fromEntries(Object.entries(servers).map(([name, url]) => [name, { url }]));
  return options;
}

async function carryOut(settings: Settings, begin: (troupe: Troupe) => Run): Promise<void> {
  const troupe = await createTroupe(await optionsOf(settings));
  try {
    const run = begin(troupe);
    current = { troupe, run };
    for await (const event of run) tell({ kind: "event", event });
    tell({ kind: "over", outcome: await run });
  } finally {
    current = undefined;
    await troupe.dispose();
  }
}

async function handle(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case "start":
      return carryOut(message.settings, (troupe) =>
        troupe.run(message.task, { pattern: message.settings.pattern }),
      );
    case "resume":
      return carryOut(message.settings, (troupe) => troupe.resume(message.journal));
    case "replay":
      return carryOut(message.settings, (troupe) => troupe.replay(message.journal));
    case "verify":
      return tell({ kind: "verified", verified: (await idle).verify(message.journal) });
    case "answer":
      current?.run.answer(message.question, message.answer);
      return;
    case "suspend":
      await current?.run.suspend();
      return;
    case "cancel":
      await current?.run.cancel();
      return;
  }
}

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  handle(data).catch((error: unknown) => {
    tell({ kind: "failed", sentence: error instanceof Error ? error.message : String(error) });
  });
});

tellDocuments();
async function open(): Promise<void> {
  const [troupe, { durable, left }] = await Promise.all([idle, kept]);
  tell({ kind: "ready", release: troupe.describe().release, durable });
  const journal = await left();
  if (journal !== undefined) tell({ kind: "left", journal });
}

open().catch((error: unknown) =>
  tell({ kind: "failed", sentence: `The engine did not start: ${String(error)}` }),
);
