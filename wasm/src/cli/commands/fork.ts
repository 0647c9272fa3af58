// `troupe fork`: a new run that is like a recorded one until a step, and then goes another way.

import { type Wishes, changesOf } from "../config/run-options.js";
import type { Reach } from "../config/settings.js";
import { Exit, type ExitCode, Trouble } from "../exit.js";
import { shortPath } from "../journal/folder.js";
import { type Journal, readJournal } from "../journal/read.js";
import { fieldsOf, textOf } from "../journal/values.js";
import { attend } from "../session.js";
import { recalled, soundPlaceFor } from "./memory.js";

export interface ForkFlags extends Reach, Wishes {
  at: string;
  result?: string;
  json?: boolean;
  verbose?: boolean;
}

/** What people give as a result: JSON or plain words. Of a model, JSON that is no reply is what it says. */
export function resultFor(kind: string | undefined, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = text; // plain words are fine
  }
  const { text: said, calls } = fieldsOf(value);
  const isReply = typeof value === "string" || said !== undefined || calls !== undefined;
  return kind === "chat" && !isReply ? JSON.stringify(value) : value;
}

function kindAt(journal: Journal, at: string): string {
  const line = journal.lines.find(({ step }) => step === at);
  if (line !== undefined) return line.kind;
  const steps = [...new Set(journal.lines.map(({ step }) => step).filter((step) => step !== undefined))];
  throw new Trouble(`The journal has no step "${at}". Its steps: ${steps.join(", ") || "none"}.`, Exit.usage);
}

export async function forkCommand(named: string, flags: ForkFlags): Promise<ExitCode> {
  const place = await soundPlaceFor(flags, named);
  const { found, folder } = place;
  const [settings, memory] = await recalled(flags, place);
  const journal = readJournal(found.text, shortPath(found.file));
  const { at, result } = flags;
  const kind = kindAt(journal, at);
  const changes = changesOf(flags, settings);
  return attend({
    settings,
    folder,
    opening: (file) => ({
      task: journal.header.task,
      facts: [
        `forks ${found.run} at ${at}`,
        `model ${changes.model ?? textOf(journal.header.config.model)}`,
        `journal ${shortPath(file)}`,
      ],
    }),
    memory,
    standing: {},
    json: flags.json ?? false,
    verbose: flags.verbose ?? false,
    begin: (troupe, attendance) => {
      const given = result === undefined ? {} : { result: resultFor(kind, result) };
      return troupe.fork(found.text, { at, ...changes, ...given, ...attendance });
    },
  });
}
