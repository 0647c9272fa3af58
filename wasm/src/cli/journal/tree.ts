// The steps of a journal as the tree that their ids tell of: 0.2.1 is the second thing in the third thing of the first.

import { isHandOver } from "./describe.js";
import type { Journal, Line } from "./read.js";
import { callsOf, fieldsOf } from "./values.js";

export interface Step {
  id: string;
  kind: string;
  args: unknown;
  /** Begun and nothing more: it was under way when the journal ended. */
  state: "begun" | "done" | "failed";
  value?: unknown;
  error?: Line["error"];
  at: number;
  durationMs: number;
  /** Calls of this reply that never became steps, because they were refused before. */
  refused: { name: string; arguments: unknown }[];
}

export interface Place {
  id: string;
  step?: Step;
  children: Place[];
}

export interface Tree {
  places: Place[];
  steps: Step[];
  /** What the engine thought of the task before the work: its analysis and its strategy. */
  judgement: { analysis?: unknown; strategy?: unknown };
  /** Lines of the run itself: cancel, fork, end. */
  notes: Line[];
  usage: { tokens: number; nanoUsd: number };
}

/** Steps that are no work on the task. */
export const isJudgement = (kind: string): kind is "analysis" | "strategy" =>
  kind === "analysis" || kind === "strategy";

export const parentOf = (id: string) => id.split(".").slice(0, -1).join(".");

/** When a step began: journalled for those with effects; the others begin when what they follow from has ended. */
function beginning(line: Line, steps: Step[], headerAt: number): number {
  for (let i = steps.length - 1; i >= 0; i--) {
    const before = steps[i]!;
    const parallel =
      line.kind === "tool" && before.kind !== "chat" && parentOf(before.id) !== parentOf(line.step!);
    if (!parallel && before.state !== "begun") return before.at;
  }
  return headerAt;
}

export function stepsOf(journal: Journal): { steps: Step[]; notes: Line[] } {
  const byId = new Map<string, Step>();
  const steps: Step[] = [];
  const notes: Line[] = [];
  for (const line of journal.lines) {
    if (line.step === undefined) {
      notes.push(line);
      continue;
    }
    let step = byId.get(line.step);
    if (step === undefined) {
      const since = line.state === "begun" ? line.at : beginning(line, steps, journal.header.at);
      step = {
        id: line.step,
        kind: line.kind,
        args: line.args,
        state: "begun",
        at: since,
        durationMs: 0,
        refused: [],
      };
      byId.set(line.step, step);
      steps.push(step);
    }
    step.state = line.state ?? "done";
    step.value = line.value;
    step.error = line.error;
    step.durationMs = line.at - step.at;
    step.at = line.at;
  }
  markRefused(steps);
  return { steps, notes };
}

/** A reply's calls that no tool step or question up to the next reply stands for were refused before they were made. */
function markRefused(steps: Step[]): void {
  const bySame = (call: { name: string; arguments: unknown }) =>
    `${call.name} ${JSON.stringify(call.arguments)}`;
  steps.forEach((step, index) => {
    if (step.kind !== "chat") return;
    // Other agents may be at work at the same time, in places of their own.
    const place = parentOf(step.id);
    const following = steps
      .slice(index + 1)
      .filter(({ id, kind }) => parentOf(kind === "chat" ? id : parentOf(id)) === place);
    const next = following.findIndex((each) => each.kind === "chat");
    if (next < 0) return; // the calls may still be to come
    const made = following.slice(0, next).map((each) => {
      const args = fieldsOf(each.args);
      return bySame({ name: String(args.tool), arguments: args.arguments });
    });
    step.refused = callsOf(step.value).filter((call) => !isHandOver(call) && !made.includes(bySame(call)));
  });
}

const numbers = (id: string) => id.split(".").map(Number);

function byId(a: Place, b: Place): number {
  const left = numbers(a.id);
  const right = numbers(b.id);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    if (left[i] !== right[i]) return (left[i] ?? -1) - (right[i] ?? -1);
  }
  return 0;
}

export function treeOf(journal: Journal): Tree {
  const { steps: all, notes } = stepsOf(journal);
  const steps = all.filter(({ kind }) => !isJudgement(kind));
  const judgement: Tree["judgement"] = {};
  for (const { kind, value } of all) if (isJudgement(kind)) judgement[kind] = value;
  const root: Place = { id: "", children: [] };
  const places = new Map<string, Place>([["", root]]);
  const placeAt = (id: string): Place => {
    let place = places.get(id);
    if (place === undefined) {
      place = { id, children: [] };
      places.set(id, place);
      placeAt(parentOf(id)).children.push(place);
    }
    return place;
  };
  for (const step of steps) placeAt(step.id).step = step;
  for (const place of places.values()) place.children.sort(byId);
  return { places: unwrap(root.children), steps, judgement, notes, usage: usageOf(steps) };
}

/** A place that is only the way to a single other one is left out. */
function unwrap(places: Place[]): Place[] {
  return places.map((place) => {
    const children = unwrap(place.children);
    return place.step === undefined && children.length === 1 ? children[0]! : { ...place, children };
  });
}

function usageOf(steps: Step[]): Tree["usage"] {
  const usage = { tokens: 0, nanoUsd: 0 };
  for (const step of steps) {
    const used = fieldsOf(fieldsOf(step.value).usage) as Record<string, number | undefined>;
    usage.tokens += (used.input ?? 0) + (used.output ?? 0);
    usage.nanoUsd += used.nano_usd ?? 0;
  }
  return usage;
}
