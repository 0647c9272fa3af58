// What a run is doing, as far as its events tell: calls under way, text being written, what is spent.

import type { RunEvent, StepEvent } from "../../events.js";
import { describeAnswer, outcomeOf, subjectOf, titleOf } from "../journal/describe.js";
import { callsOf, fieldsOf, listOf, spentBy, textOf } from "../journal/values.js";
import { oneLine } from "../text/width.js";

/** A call that a model asked for and that has not come back. */
export interface Pending {
  name: string;
  arguments: unknown;
  since: number;
}

/** Something that ended, to be shown for good. */
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
function partsOf(event: StepEvent): { args: unknown; value: unknown } {
  if (event.kind === "chat") return { args: { agent: event.agent }, value: event.reply };
  if (event.kind === "tool") {
    const { tool, server, arguments: given } = event;
    return { args: { tool, server, arguments: given ?? {} }, value: event.result };
  }
  return { args: event.args, value: event.value };
}

export class Progress {
  pending: Pending[] = [];
  modelCalls = 0;
  toolCalls = 0;
  tokens = 0;
  nanoUsd = 0;
  /** Steps that were read from a journal and not done now. */
  replayed = 0;
  /** When the last step ended: since then the model is at work, unless calls are pending. */
  since: number;
  readonly #writing = new Map<string, string>();
  /** Steps with an effect that were begun and have not ended. */
  readonly #begun = new Map<string, { title: string; at: number; replayed: boolean }>();
  /** The tools that there are, once they are known. */
  #tools: Set<string> | undefined;

  constructor(
    now: number,
    private readonly verbose = false,
    /** All events come from a journal, and their times, too. */
    private readonly replaying = false,
  ) {
    this.since = now;
  }

  /** What a model is writing right now. */
  get text(): string {
    return [...this.#writing.values()].join("\n");
  }

  /** The tools that are changing something right now; not those that an earlier host left in doubt. */
  get underWay(): string[] {
    return [...this.#begun.values()].filter(({ replayed }) => !replayed).map(({ title }) => title);
  }

  /** Takes an event in; gives what ended with it. */
  take(event: RunEvent): Shown[] {
    if (event.type === "text") return this.#text(event.step, event.text);
    if (event.type === "reset") this.#writing.delete(event.step);
    else if (event.type === "log") return this.#log(event.level, event.server, event.text);
    else if (event.type === "step") return this.#step(event);
    else if (event.type === "ended") return this.#refused(event.outcome.stop.resumable ? [] : this.pending);
    return [];
  }

  /** The model goes on: what it asked for before has been answered, one way or the other. */
  #text(step: string, text: string): Shown[] {
    this.#writing.set(step, (this.#writing.get(step) ?? "") + text);
    return this.#refused(this.pending);
  }

  #log(level: string, server: string | undefined, text: string): Shown[] {
    if (level === "info" || level === "debug") if (!this.verbose) return [];
    const title = server === undefined ? level : `${level}, ${server}`;
    return [{ what: "log", title, subject: "", outcome: oneLine(text), failed: false }];
  }

  #step(event: StepEvent): Shown[] {
    if (event.replayed && event.state !== "begun") this.replayed++;
    if (event.state === "begun") {
      const title = titleOf(event.kind, partsOf(event).args);
      this.#begun.set(event.step, { title, at: this.#timeOf(event), replayed: event.replayed });
      return [];
    }
    const { args, value } = partsOf(event);
    const shown = event.kind === "chat" ? this.#refused(this.pending) : [];
    const call = event.kind === "tool" || event.kind === "ask" ? this.#take(args, event) : undefined;
    const began = this.#begun.get(event.step)?.at ?? call?.since ?? this.since;
    this.#begun.delete(event.step);
    this.#writing.delete(event.step);
    this.since = this.#timeOf(event);
    if (event.kind === "ask" && !this.#isDenial(args, value)) return shown;
    shown.push({
      what: event.kind === "chat" ? "model" : event.kind === "tool" || event.kind === "ask" ? "call" : "step",
      title: event.kind === "ask" ? oneLine(textOf(fieldsOf(args).tool)) : titleOf(event.kind, args),
      subject: subjectOf(event.kind === "ask" ? "tool" : event.kind, args, COLUMNS),
      outcome: this.#outcome(event, args, value),
      failed: event.state === "failed" || fieldsOf(value).failed === true || event.kind === "ask",
      // How long a person took to say no is of no interest.
      ...(event.kind !== "ask" && { durationMs: event.at - began }),
      ...this.#reply(event, value),
    });
    if (event.kind === "tools") shown.push(...this.#known(value));
    if (event.kind === "chat") shown.push(...this.#unknown());
    return shown;
  }

  /** What a journal tells of happened long ago; what is awaited now is awaited since now. */
  #timeOf(event: StepEvent): number {
    return event.replayed && !this.replaying ? Date.now() : event.at;
  }

  #outcome(event: StepEvent, args: unknown, value: unknown): string {
    if (event.state === "failed") return oneLine(event.error?.sentence ?? "It failed.");
    return event.kind === "ask" ? describeAnswer(args, value) : outcomeOf(event.kind, args, value, COLUMNS);
  }

  #reply(event: StepEvent, value: unknown): Partial<Shown> {
    if (event.kind === "tool") this.toolCalls++;
    if (event.kind !== "chat") return {};
    const spent = spentBy(value);
    this.modelCalls++;
    this.tokens += spent.tokens;
    this.nanoUsd += spent.nanoUsd;
    const calls = callsOf(value);
    this.pending = calls.map((call) => ({ name: call.name, arguments: call.arguments, since: this.since }));
    return { said: calls.length > 0 ? textOf(fieldsOf(value).text) : "", last: calls.length === 0 && event.state === "done" };
  }

  /** A denied call never becomes a tool step: the answer is all there is to show. Approved ones are shown as calls. */
  #isDenial(args: unknown, value: unknown): boolean {
    return fieldsOf(args).subject === "approval" && fieldsOf(value).approve !== true;
  }

  /** The pending call that this step stands for. An approval leaves it pending. */
  #take(args: unknown, event: StepEvent): Pending | undefined {
    const { tool, arguments: given } = fieldsOf(args);
    const same = JSON.stringify(given);
    const at = this.pending.findIndex((call) => call.name === tool && JSON.stringify(call.arguments) === same);
    if (at < 0) return undefined;
    const approved = event.kind === "ask" && event.state === "done" && !this.#isDenial(args, partsOf(event).value);
    return approved ? this.pending[at] : this.pending.splice(at, 1)[0];
  }

  #refused(calls: Pending[]): Shown[] {
    this.pending = [];
    return calls.map((call) => refusedCall(call, "refused, not called"));
  }

  /** Calls of tools that do not exist come to nothing at once. */
  #unknown(): Shown[] {
    const known = this.#tools;
    if (known === undefined) return [];
    const lost = this.pending.filter(({ name }) => !known.has(name));
    this.pending = this.pending.filter(({ name }) => known.has(name));
    return lost.map((call) => refusedCall(call, "there is no such tool"));
  }

  /** Remembers the tools, and tells of servers that gave none. */
  #known(value: unknown): Shown[] {
    this.#tools = new Set(listOf(fieldsOf(value).tools).map((tool) => textOf(fieldsOf(tool).name)));
    return listOf(fieldsOf(value).failed).map((each) => {
      const { server, sentence } = fieldsOf(each);
      return { what: "log", title: "warning", subject: "", outcome: oneLine(`${server}: ${sentence}`), failed: true };
    });
  }
}

function refusedCall(call: Pending, outcome: string): Shown {
  const subject = subjectOf("tool", { arguments: call.arguments }, COLUMNS);
  return { what: "call", title: oneLine(call.name), subject, outcome, failed: true };
}
