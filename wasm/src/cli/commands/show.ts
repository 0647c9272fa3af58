// `troupe show`: a journal as a readable tree.

import type { Verified } from "../../described.js";
import { Exit, type ExitCode } from "../exit.js";
import { describeAnalysis, describeStrategy } from "../journal/describe.js";
import { type Drawing, drawPlaces } from "../journal/draw.js";
import { type Found, shortPath } from "../journal/folder.js";
import { type Journal, type Line, readJournal } from "../journal/read.js";
import { stateOf } from "../journal/state.js";
import { type Tree, treeOf } from "../journal/tree.js";
import { fieldsOf, listOf, textOf } from "../journal/values.js";
import { engineFor } from "../session.js";
import { count, dollars, duration, tokens } from "../text/amounts.js";
import { type Paint, mark, paintFor } from "../text/style.js";
import { tell, tellJson } from "../text/tell.js";
import { harmless, oneLine, wrap } from "../text/width.js";
import { placeFor } from "./memory.js";

export interface ShowFlags {
  journal?: string;
  config?: string;
  json?: boolean;
  full?: boolean;
}

function when(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace("T", " ");
}

function headLines(
  found: Found,
  journal: Journal,
  tree: Tree,
  verified: Verified,
  { columns, paint }: Drawing,
): string[] {
  const { header, lines } = journal;
  const state = stateOf(journal);
  const tone = { good: "green", bad: "red", open: "yellow" } as const;
  const field = (name: string, value: string) =>
    wrap(value, columns - 10).map((line, at) => `${paint("dim", (at === 0 ? name : "").padEnd(9))} ${line}`);
  const last = lines.at(-1)?.at ?? header.at;
  const used = [count(tree.steps.length, "step")];
  if (tree.usage.tokens > 0) used.push(tokens(tree.usage.tokens));
  if (tree.usage.nanoUsd > 0) used.push(dollars(tree.usage.nanoUsd));
  const chain = verified.ok ? paint("green", "as it was written") : paint("red", "broken");
  const out = [
    `${paint("bold", header.run)}  ${paint(tone[state.tone], state.word)}`,
    ...field("task", oneLine(header.task)),
  ];
  out.push(...field("model", textOf(header.config.model)));
  const servers = listOf(header.config.servers).map(textOf);
  if (servers.length > 0) out.push(...field("servers", servers.join(", ")));
  const { analysis, strategy } = tree.judgement;
  if (analysis !== undefined) out.push(...field("analysis", describeAnalysis(analysis)));
  if (strategy !== undefined) out.push(...field("strategy", describeStrategy(strategy)));
  out.push(...field("begun", `${when(header.at)}, ${duration(last - header.at)} to its last line`));
  out.push(...field("used", used.join(" · ")));
  if (header.parent) out.push(...field("fork of", `${header.parent.run} at ${header.parent.at}`));
  out.push(...field("journal", `${shortPath(found.file)}, ${count(lines.length + 1, "line")}, ${chain}`));
  if (!verified.ok) out.push(...field("", verified.sentence).map((line) => paint("red", line)));
  if (journal.torn)
    out.push(...field("", "half a line at the end, as a crash leaves it: it counts as not written"));
  return out;
}

function noteLines(notes: Line[], { paint, columns }: Drawing): string[] {
  return notes.flatMap((note) => {
    const value = fieldsOf(note.value);
    if (note.kind !== "end")
      return [`${paint("yellow", note.kind)} ${oneLine(JSON.stringify(note.value) ?? "")}`];
    const stop = fieldsOf(value.stop);
    const reason = textOf(stop.reason) || "done";
    const sign =
      reason === "done" ? paint("green", `${mark.done} done`) : paint("red", `${mark.failed} ${reason}`);
    const why = textOf(stop.sentence) === "" ? "" : `  ${oneLine(textOf(stop.sentence))}`;
    return [sign + why, ...wrap(harmless(textOf(value.answer)), columns - 2).map((line) => `  ${line}`)];
  });
}

function asJson(found: Found, { header }: Journal, tree: Tree, verified: Verified): object {
  const { judgement, steps, notes } = tree;
  return { file: found.file, header, verified, judgement, steps, notes };
}

export async function showCommand(named: string, flags: ShowFlags): Promise<ExitCode> {
  const { found } = await placeFor(flags, named);
  const journal = readJournal(found.text, shortPath(found.file));
  const troupe = await engineFor();
  const verified = troupe.verify(found.text);
  await troupe.dispose();
  const tree = treeOf(journal);
  const paint: Paint = paintFor(process.stdout);
  const drawing: Drawing = {
    columns: Math.max(60, (process.stdout.columns ?? 120) - 1),
    paint,
    full: flags.full ?? false,
  };
  if (flags.json) {
    tellJson(asJson(found, journal, tree, verified));
  } else {
    // One root without a step of its own says nothing.
    const places = tree.places.length === 1 && !tree.places[0]!.step ? tree.places[0]!.children : tree.places;
    const notes = noteLines(tree.notes, drawing);
    const head = headLines(found, journal, tree, verified, drawing);
    tell(
      process.stdout,
      ...head,
      "",
      ...drawPlaces(places, drawing),
      ...(notes.length > 0 ? ["", ...notes] : []),
    );
    if (journal.brokenAt !== undefined)
      tell(process.stdout, paint("red", `Line ${journal.brokenAt} cannot be read; the rest is not shown.`));
  }
  return verified.ok ? Exit.done : Exit.journal;
}
