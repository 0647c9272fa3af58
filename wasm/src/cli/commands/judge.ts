// `troupe judge`: where today's analyser and what was learned since would decide otherwise than recorded runs did.

import { readFileSync } from "node:fs";
import type { LearnedState } from "../../judgement.js";
import type { Reach } from "../config/settings.js";
import { Exit, type ExitCode, Trouble } from "../exit.js";
import { shortPath } from "../journal/folder.js";
import { readJournal } from "../journal/read.js";
import { fieldsOf, listOf, textOf } from "../journal/values.js";
import { createTroupe } from "../../node.js";
import { TroupeError, sentenceOf } from "../../errors.js";
import { mark, paintFor } from "../text/style.js";
import { tell, tellJson } from "../text/tell.js";
import { oneLine } from "../text/width.js";
import { recalled, soundPlaceFor } from "./memory.js";

interface Judged {
  run: string;
  file: string;
  task: string;
  /** Whether the journal holds a decision; those of older releases do not. */
  decided: boolean;
  /** Whether it could: the engine that began it decides before all else. */
  torn: boolean;
  differences: { what: string; recorded: string; now: string }[];
}

function learnedFrom(file: string | undefined): LearnedState | undefined {
  if (file === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LearnedState;
  } catch (error) {
    throw new Trouble(`${file} holds no learned state: ${sentenceOf(error)}`, Exit.usage);
  }
}

/** The flag of a run that begins with its analysis and its strategy (docs/journal.md). */
const DECIDES = 3;

/** What the engine analyses of a run's task: its first 100,000 bytes, whole characters. */
const analysed = (task: string) =>
  new TextDecoder().decode(new TextEncoder().encode(task).subarray(0, 100_000), { stream: true });

const said = (value: unknown) =>
  (Array.isArray(value) ? listOf(value).map(textOf).join(", ") : textOf(value)).replaceAll("_", " ");

export async function judgeCommand(
  named: string[],
  flags: Reach & { json?: boolean; learned?: string },
): Promise<ExitCode> {
  const state = learnedFrom(flags.learned);
  const all: Judged[] = [];
  for (const name of named) {
    const place = await soundPlaceFor(flags, name);
    const { found } = place;
    const [{ providers, servers, model, tools }] = await recalled(flags, place);
    const troupe = await createTroupe({
      providers,
      servers,
      ...(model !== undefined && { model }),
      ...(tools && { tools }),
      ...(state && { learning: { state } }),
    }).catch((error: unknown) => {
      const isOfState = state !== undefined && error instanceof TroupeError && /learned/.test(error.message);
      throw isOfState ? new Trouble(`${flags.learned}: ${error.message}`, Exit.usage) : error;
    });
    try {
      const { header, lines } = readJournal(found.text, shortPath(found.file));
      const value = (kind: string) => fieldsOf(lines.find((line) => line.kind === kind)?.value);
      const [analysis, strategy] = [value("analysis"), value("strategy")];
      const judged: Judged = {
        run: header.run,
        file: found.file,
        task: header.task,
        decided: textOf(strategy.pattern) !== "",
        torn: listOf(fieldsOf((header as { core?: unknown }).core).flags).includes(DECIDES),
        differences: [],
      };
      const task = analysed(header.task);
      const now = { ...troupe.analyze(task) };
      const budget = fieldsOf(header.config.budget) as { tokens?: number; nano_usd?: number; ms?: number };
      const { nano_usd: nano, ...rest } = budget;
      const decision = troupe.decide(task, {
        model: textOf(header.config.model),
        seed: textOf((header as { seed?: unknown }).seed),
        budget: { ...rest, ...(nano !== undefined && { usd: nano / 1e9 }) },
      });
      const compare = (what: string, recorded: unknown, today: unknown) => {
        if (said(recorded) !== said(today))
          judged.differences.push({ what, recorded: said(recorded), now: said(today) });
      };
      if (judged.decided) {
        for (const what of ["type", "complexity", "shape", "risk", "capabilities"] as const)
          compare(what, analysis[what], now[what]);
        for (const what of ["pattern", "first"] as const) compare(what, strategy[what], decision[what]);
        // Of a catalogue that the application had, nothing is known here.
        if (listOf(strategy.servers).every((name) => textOf(name) in servers))
          compare("servers", strategy.servers, decision.servers);
      }
      all.push(judged);
    } finally {
      await troupe.dispose();
    }
  }
  if (flags.json) tellJson(all);
  else for (const each of all) show(each);
  return Exit.done;
}

function show({ run, task, decided, torn, differences }: Judged): void {
  const paint = paintFor(process.stdout);
  const sign = !decided
    ? paint("dim", mark.open)
    : differences.length > 0
      ? paint("yellow", "≠")
      : paint("green", mark.done);
  const verdict = !decided
    ? torn
      ? "it stopped before it decided"
      : "its release decided nothing"
    : differences.length > 0
      ? "would be decided otherwise"
      : "would be decided the same";
  tell(
    process.stdout,
    `${sign} ${paint("bold", run)}  ${verdict}`,
    `  ${paint("dim", oneLine(task).slice(0, 100))}`,
  );
  for (const { what, recorded, now } of differences)
    tell(
      process.stdout,
      `  ${what.padEnd(13)}${recorded || "none"} ${paint("dim", "→")} ${paint("yellow", now || "none")}`,
    );
}
