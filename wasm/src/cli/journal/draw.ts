// A journal's steps as a tree of lines.

import { dollars, duration, tokens } from "../text/amounts.js";
import { type Paint, mark } from "../text/style.js";
import { fit, harmless, oneLine, padEnd, widthOf, wrap } from "../text/width.js";
import { describeArguments, outcomeOf, subjectOf, titleOf } from "./describe.js";
import type { Place, Step } from "./tree.js";
import { fieldsOf, spentBy, textOf } from "./values.js";

export interface Drawing {
  columns: number;
  paint: Paint;
  /** Arguments and results whole, instead of a line of each. */
  full: boolean;
}

function signOf(step: Step, paint: Paint): string {
  if (step.state === "begun") return paint("yellow", mark.open);
  const bad = step.state === "failed" || fieldsOf(step.value).failed === true;
  return bad ? paint("red", mark.failed) : paint("green", mark.done);
}

function spent(step: Step): string {
  const { tokens: used, nanoUsd } = spentBy(step.value);
  const parts = used > 0 ? [tokens(used)] : [];
  if (nanoUsd > 0) parts.push(dollars(nanoUsd));
  return [...parts, duration(step.durationMs)].join(" · ");
}

function isLong(value: unknown): boolean {
  return typeof value === "string" || (typeof value === "object" && value !== null);
}

/** Everything that a step was given and gave, whole. */
function wholeLines(step: Step, columns: number, paint: Paint): string[] {
  const args = step.kind === "tool" ? fieldsOf(step.args).arguments : step.args;
  const reply = fieldsOf(step.value);
  const value = step.kind === "tool" && typeof reply.text === "string" ? reply.text : step.value;
  const block = (name: string, what: unknown) => {
    if (!isLong(what)) return [];
    const text = typeof what === "string" ? what : JSON.stringify(what, null, 2);
    return [paint("dim", name), ...wrap(harmless(text), columns - 2).map((line) => `  ${line}`)];
  };
  return [...block("arguments", args), ...block("result", value), ...block("error", step.error)];
}

function shortLines(step: Step, columns: number, paint: Paint): string[] {
  if (step.state === "begun") {
    return [paint("yellow", fit("in doubt: begun, and nobody knows whether it was done", columns))];
  }
  if (step.state === "failed") {
    const { sentence = "It failed.", causes = [] } = step.error ?? {};
    return [paint("red", fit(oneLine([sentence, ...causes].join(": ")), columns))];
  }
  if (step.kind === "chat" || step.kind === "tools") return [];
  const outcome = outcomeOf(step.kind, step.args, step.value, columns);
  if (outcome === "") return [];
  return [paint(fieldsOf(step.value).failed === true ? "red" : "dim", outcome)];
}

function refusedLines(step: Step, columns: number, paint: Paint): string[] {
  return step.refused.map((call) => {
    const text = `${oneLine(call.name)} ${describeArguments(call.arguments, columns)}`;
    return `${paint("red", mark.failed)} ${fit(`refused before it was made: ${text}`, columns - 2)}`;
  });
}

function stepLines(step: Step, room: number, { paint, full }: Drawing): string[] {
  const right = spent(step);
  const id = paint("dim", step.id);
  const title = titleOf(step.kind, step.args);
  const head = `${signOf(step, paint)} ${id} ${paint("bold", title)}`;
  const space = room - widthOf(head) - widthOf(right) - 4;
  const talks = step.kind === "chat" || step.kind === "tools";
  const subject =
    talks && step.state === "done"
      ? outcomeOf(step.kind, step.args, step.value, space)
      : subjectOf(step.kind, step.args, space);
  const first = `${padEnd(`${head}  ${fit(subject, space)}`, room - widthOf(right) - 1)} ${paint("dim", right)}`;
  const said = step.kind === "chat" && !full ? saidLines(step, room - 2, paint) : [];
  const below = full ? wholeLines(step, room - 2, paint) : [...said, ...shortLines(step, room - 2, paint)];
  return [first, ...[...below, ...refusedLines(step, room - 2, paint)].map((line) => `  ${line}`)];
}

/** What a model said beside the tools that it called. */
function saidLines(step: Step, columns: number, paint: Paint): string[] {
  const reply = fieldsOf(step.value);
  const text = textOf(reply.text);
  return reply.calls === undefined || text === "" ? [] : [paint("dim", fit(oneLine(text), columns))];
}

/** Lines for places that stand below one another, joined by guides. */
export function drawPlaces(places: Place[], drawing: Drawing, indent = ""): string[] {
  const { paint } = drawing;
  return places.flatMap((place, index) => {
    const last = index === places.length - 1;
    const room = drawing.columns - indent.length - 3;
    const lines = place.step ? stepLines(place.step, room, drawing) : [paint("dim", place.id)];
    const guide = paint("dim", last ? "└─ " : "├─ ");
    const below = paint("dim", last ? "   " : "│  ");
    const own = lines.map((line, at) =>
      `${paint("dim", indent)}${at === 0 ? guide : below}${line}`.trimEnd(),
    );
    return [...own, ...drawPlaces(place.children, drawing, `${indent}${last ? "   " : "│  "}`)];
  });
}
