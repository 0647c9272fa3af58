// `troupe list`: the runs in the folder, newest first.

import type { ExitCode } from "../exit.js";
import { Exit } from "../exit.js";
import { type Listed, shortPath } from "../journal/folder.js";
import { stepsOf } from "../journal/tree.js";
import { textOf } from "../journal/values.js";
import { ago } from "../text/amounts.js";
import { type Paint, paintFor } from "../text/style.js";
import { tell, tellJson } from "../text/tell.js";
import { fit, oneLine, padEnd } from "../text/width.js";
import { folderFor } from "./memory.js";

const TONES = { good: "green", bad: "red", open: "yellow" } as const;

function row(
  { run, journal, state, at }: Listed,
  widths: [number, number, number],
  columns: number,
  paint: Paint,
): string {
  const age = ago(Date.now() - at);
  const left = `${padEnd(run, widths[0])}  ${paint(TONES[state.tone], padEnd(state.word, widths[1]))}  ${paint("dim", padEnd(age, widths[2]))}  `;
  const room = columns - widths[0] - widths[1] - widths[2] - 7;
  return left + fit(oneLine(journal.header.task), Math.max(12, room));
}

export async function listCommand(flags: {
  journal?: string;
  config?: string;
  json?: boolean;
}): Promise<ExitCode> {
  const folder = await folderFor(flags);
  const listed = folder.list().reverse();
  if (flags.json) {
    const rows = listed.map(({ run, file, journal, state, at }) => ({
      run,
      journal: file,
      state: state.word,
      resumable: state.resumable,
      task: journal.header.task,
      model: textOf(journal.header.config.model),
      steps: stepsOf(journal).steps.length,
      begun: journal.header.at,
      at,
    }));
    tellJson(rows);
    return Exit.done;
  }
  if (listed.length === 0) {
    tell(
      process.stdout,
      `There are no runs in ${shortPath(folder.path)}. Begin one: troupe run "a task in plain words"`,
    );
    return Exit.done;
  }
  const paint = paintFor(process.stdout);
  const columns = process.stdout.columns ?? 120;
  const widest = (texts: string[]) => Math.max(...texts.map((text) => text.length));
  const widths: [number, number, number] = [
    widest(listed.map(({ run }) => run)),
    widest(listed.map(({ state }) => state.word)),
    widest(listed.map(({ at }) => ago(Date.now() - at))),
  ];
  tell(process.stdout, ...listed.map((each) => row(each, widths, columns, paint)));
  return Exit.done;
}
