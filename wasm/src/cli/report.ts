// What is said when a run is over for now: the answer on stdout, and all the rest on stderr.

import type { Outcome } from "../events.js";
import { amountOf } from "./ask/show-question.js";
import { Exit, type ExitCode, exitFor } from "./exit.js";
import { describeArguments } from "./journal/describe.js";
import { shortPath } from "./journal/folder.js";
import { fieldsOf, textOf } from "./journal/values.js";
import { type Paint, mark, paintFor } from "./text/style.js";
import { handOn, tell, tellJson } from "./text/tell.js";
import { harmless, oneLine, wrap } from "./text/width.js";
import type { Question } from "../questions.js";

export interface Ended {
  run: string;
  outcome: Outcome;
  /** The journal's file. */
  file: string;
  /** Time, calls, tokens and money, in one line. */
  spent: string;
  /** The command that goes on with the run. */
  resume: string;
  /** The command that shows its journal. */
  show: string;
  json: boolean;
}

/** What a program reads of an outcome. */
function asJson({ run, outcome, file }: Ended): object {
  return { run, journal: file, ...outcome };
}

/** An open question in one line. */
function openQuestion(question: Question): string {
  if (question.subject === "approval") {
    return `May ${oneLine(question.tool)} be called with ${describeArguments(question.arguments, 200)}?`;
  }
  if (question.subject === "budget") {
    const { limit, allowed, spent: used } = question;
    return `The next step does not fit into the budget of ${amountOf(limit, allowed)}; ${amountOf(limit, used)} are spent.`;
  }
  if (question.subject === "in_doubt") {
    const args = fieldsOf(question.args);
    const what = `${oneLine(textOf(args.tool)) || question.kind} ${describeArguments(args.arguments, 200)}`;
    return `Was ${what} done before the last host stopped?`;
  }
  return oneLine(question.sentence);
}

/** What a person can do about an open question without sitting at a terminal. */
function wayOut(question: Question | undefined): string {
  if (question?.subject === "approval" || question?.subject === "plan") return " --approve all";
  if (question?.subject === "in_doubt") return " --in-doubt skip";
  return question?.subject === "budget" ? " --raise <amount>" : "";
}

function paused(ended: Ended, paint: Paint): string[] {
  const { outcome, resume } = ended;
  const { reason, sentence = "" } = outcome.stop;
  const head = reason === "suspended" ? "paused" : `paused: ${reason.replace("_", " ")}`;
  const lines = [`${paint("yellow", `${mark.pause} ${head}`)}  ${paint("dim", ended.spent)}`];
  for (const question of outcome.questions) lines.push(`  ${openQuestion(question)}`);
  if (outcome.questions.length === 0 && reason !== "suspended") lines.push(`  ${oneLine(sentence)}`);
  lines.push(`  go on with  ${paint("bold", resume)}`);
  const way = wayOut(outcome.questions[0]);
  if (way !== "") lines.push(paint("dim", `  without a terminal  ${resume}${way}`));
  return lines;
}

function stopped(ended: Ended, paint: Paint): string[] {
  const { reason, sentence = "" } = ended.outcome.stop;
  const word = reason.replace("_", " ");
  const lines = [`${paint("red", `${mark.failed} ${word}`)}  ${paint("dim", ended.spent)}`];
  if (sentence !== "") lines.push(`  ${oneLine(sentence)}`);
  if (reason === "diverged") {
    const { recorded, attempted } = ended.outcome.stop;
    lines.push(`  recorded   ${oneLine(JSON.stringify(recorded) ?? "nothing")}`);
    lines.push(`  attempted  ${oneLine(JSON.stringify(attempted) ?? "nothing")}`);
  }
  return lines;
}

function journalLine({ file, show }: Ended, paint: Paint): string {
  return paint("dim", `  journal  ${shortPath(file)}   ${show}`);
}

/** The random tail of a name that troupe made: enough to find the run by. */
export function shortRun(run: string): string {
  return /^\d{8}-\d{4,9}-(\w{6,8})$/.exec(run)?.[1] ?? run;
}

/** Says how it went; returns the exit code. */
export function report(ended: Ended): ExitCode {
  const { outcome, json } = ended;
  const paint = paintFor(process.stderr);
  const { reason, resumable } = outcome.stop;
  const isDone = reason === "done";
  const lines = isDone
    ? [`${paint("green", `${mark.done} done`)}  ${paint("dim", ended.spent)}`]
    : resumable
      ? paused(ended, paint)
      : stopped(ended, paint);
  lines.push(journalLine(ended, paint));
  if (json) tellJson(asJson(ended));
  // A run that pauses or fails has no answer to hand on: what there is goes where the rest is told.
  else if (!resumable && reason !== "failed" && reason !== "diverged") print(handedOn(outcome));
  else if (outcome.answer !== "" && !resumable) lines.unshift("  So far:", ...outcome.answer.split("\n"));
  tell(process.stderr, ...(process.stderr.isTTY ? [""] : []), ...lines);
  if (resumable)
    return exitFor(reason) === Exit.failed
      ? Exit.failed
      : reason === "suspended"
        ? Exit.interrupted
        : Exit.paused;
  return exitFor(reason);
}

/** The answer; in a form, where the run was asked for one. */
function handedOn({ answer, value }: Outcome): string {
  return value === undefined ? answer : JSON.stringify(value, null, 2);
}

/** A terminal gets the answer made harmless and broken at words; a pipe gets it as it is. */
function print(answer: string): void {
  const { stdout, stderr } = process;
  if (!stdout.isTTY) handOn(answer);
  else tell(stdout, ...(stderr.isTTY ? [""] : []), ...wrap(harmless(answer), stdout.columns));
}
