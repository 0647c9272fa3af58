// What stays on the screen of a run: for everything that ended, what it was and what came of it.

import type { LogEvent, StepEvent } from "../../events.js";
import { describeAnswer, outcomeOf, subjectOf, titleOf } from "../journal/describe.js";
import { callsOf, fieldsOf, listOf, textOf } from "../journal/values.js";
import { oneLine } from "../text/width.js";

export interface Shown {
  what: "model" | "call" | "step" | "log";
  title: string;
  subject: string;
  outcome: string;
  failed: boolean;
  durationMs?: number;
  /** What the model said beside its calls. */
  said?: string;
  /** The reply that ends the run: it is shown as the answer, not here. */
  last?: boolean;
}

/** Wide enough for any terminal; views cut to their own width. */
const COLUMNS = 400;

/** A step's request and result, the same for all kinds of steps. */
export function partsOf(event: StepEvent): { args: unknown; value: unknown } {
  if (event.kind === "chat") return { args: { agent: event.agent }, value: event.reply };
  if (event.kind === "tool") {
    const { tool, server, arguments: given } = event;
    return { args: { tool, server, arguments: given ?? {} }, value: event.result };
  }
  return { args: event.args, value: event.value };
}

/** A denied call never becomes a tool step: the answer is all there is to show. Approved ones are shown as calls. */
export function isDenial(event: StepEvent): boolean {
  const { args, value } = partsOf(event);
  return event.kind === "ask" && fieldsOf(args).subject === "approval" && fieldsOf(value).approve !== true;
}

/** Whether what this agent answers is the run's answer: of an agent that works alone, and of a synthesiser. */
export const isLastWord = (agent: string | undefined) =>
  agent === undefined || agent === "agent" || agent === "synthesiser";

/** A step that ended; nothing for questions that were answered, unless a call was denied. */
export function shownStep(event: StepEvent, durationMs: number): Shown | undefined {
  const { args, value } = partsOf(event);
  const failed = event.state === "failed";
  const error = oneLine(event.error?.sentence ?? "It failed.");
  if (event.kind === "ask") {
    if (!isDenial(event)) return undefined;
    // How long a person took to say no is of no interest.
    const call = { name: textOf(fieldsOf(args).tool), arguments: fieldsOf(args).arguments };
    return shownCall(call, failed ? error : describeAnswer(args, value));
  }
  const calls = event.kind === "chat" ? callsOf(value) : [];
  return {
    what: event.kind === "chat" ? "model" : event.kind === "tool" ? "call" : "step",
    title: titleOf(event.kind, args),
    subject: subjectOf(event.kind, args, COLUMNS),
    outcome: failed ? error : outcomeOf(event.kind, args, value, COLUMNS),
    failed: failed || fieldsOf(value).failed === true,
    durationMs,
    ...(calls.length > 0 && { said: textOf(fieldsOf(value).text) }),
    ...(event.kind === "chat" && calls.length === 0 && !failed && isLastWord(event.agent) && { last: true }),
  };
}

/** A call that came to nothing. */
export function shownCall(call: { name: string; arguments: unknown }, outcome: string): Shown {
  const subject = subjectOf("tool", { arguments: call.arguments }, COLUMNS);
  return { what: "call", title: oneLine(call.name), subject, outcome, failed: true };
}

export function shownLog({ level, server, text }: Pick<LogEvent, "level" | "server" | "text">): Shown {
  const title = server === undefined ? level : `${level}, ${server}`;
  return { what: "log", title, subject: "", outcome: oneLine(text), failed: false };
}

/** The servers that gave no tools. */
export function shownUnusable(value: unknown): Shown[] {
  return listOf(fieldsOf(value).failed).map((each) => {
    const { server, sentence } = fieldsOf(each);
    return { ...shownLog({ level: "warning", text: `${server}: ${sentence}` }), failed: true };
  });
}
