// What a run is doing, as far as its events tell: calls under way, text being written, what is spent.

import { isJudgement, parentOf } from "../journal/tree.js";
import type { LogEvent, RunEvent, StepEvent } from "../../events.js";
import { isHandOver, titleOf } from "../journal/describe.js";
import { callsOf, fieldsOf, listOf, spentBy, textOf } from "../journal/values.js";
import {
  type Shown,
  isDenial,
  isLastWord,
  partsOf,
  shownCall,
  shownLog,
  shownStep,
  shownUnusable,
} from "./shown.js";

/** A call that a model asked for and that has not come back. */
export interface Pending {
  name: string;
  /** Of the agent that waits for it. */
  place: string;
  arguments: unknown;
  since: number;
}

export class Progress {
  pending: Pending[] = [];
  modelCalls = 0;
  toolCalls = 0;
  tokens = 0;
  nanoUsd = 0;
  /** Steps that were read from a journal and not done now. */
  replayed = 0;
  /** The model has said its last: the run is about to end. */
  answered = false;
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
    else if (event.type === "log") return this.#log(event);
    else if (event.type === "step") return this.#step(event);
    else if (event.type === "ended") return event.outcome.stop.resumable ? [] : this.#refused();
    return [];
  }

  /** The model goes on: what it asked for before has been answered, one way or the other. */
  #text(step: string, text: string): Shown[] {
    this.#writing.set(step, (this.#writing.get(step) ?? "") + text);
    return this.#refused(parentOf(step));
  }

  #log(event: LogEvent): Shown[] {
    const isChatter = event.level === "info" || event.level === "debug";
    return isChatter && !this.verbose ? [] : [shownLog(event)];
  }

  #step(event: StepEvent): Shown[] {
    if (event.state === "begun") {
      const title = titleOf(event.kind, partsOf(event).args);
      this.#begun.set(event.step, { title, at: this.#timeOf(event), replayed: event.replayed });
      return [];
    }
    if (event.replayed && !isJudgement(event.kind)) this.replayed++;
    const shown = event.kind === "chat" ? this.#refused(parentOf(event.step)) : [];
    const call = event.kind === "tool" || event.kind === "ask" ? this.#take(event) : undefined;
    const began = this.#begun.get(event.step)?.at ?? call?.since ?? this.since;
    this.#begun.delete(event.step);
    this.#writing.delete(event.step);
    this.since = this.#timeOf(event);
    const own = shownStep(event, event.at - began);
    if (own !== undefined) shown.push(own);
    return [...shown, ...this.#consequences(event)];
  }

  /** What a step changes of what is awaited and known. */
  #consequences(event: StepEvent): Shown[] {
    const { value } = partsOf(event);
    if (event.kind === "tool") this.toolCalls++;
    if (event.kind === "tools") return this.#known(value);
    if (event.kind !== "chat") return [];
    const spent = spentBy(value);
    this.modelCalls++;
    this.tokens += spent.tokens;
    this.nanoUsd += spent.nanoUsd;
    const calls = callsOf(value);
    this.answered = calls.length === 0 && event.state === "done" && isLastWord(event.agent);
    const place = parentOf(event.step);
    for (const { name, arguments: given } of calls.filter((call) => !isHandOver(call)))
      this.pending.push({ name, arguments: given, place, since: this.since });
    return this.#unknown();
  }

  /** What a journal tells of happened long ago; what is awaited now is awaited since now. */
  #timeOf(event: StepEvent): number {
    return event.replayed && !this.replaying ? Date.now() : event.at;
  }

  /** The pending call that this step stands for. An approval leaves it pending. */
  #take(event: StepEvent): Pending | undefined {
    const { tool, arguments: given } = fieldsOf(partsOf(event).args);
    const same = JSON.stringify(given);
    const place = parentOf(parentOf(event.step));
    const at = this.pending.findIndex(
      (call) => call.place === place && call.name === tool && JSON.stringify(call.arguments) === same,
    );
    if (at < 0) return undefined;
    const approved = event.kind === "ask" && event.state === "done" && !isDenial(event);
    return approved ? this.pending[at] : this.pending.splice(at, 1)[0];
  }

  /** What the agent at this place waited for, or everybody, came to nothing. */
  #refused(place?: string): Shown[] {
    const calls = this.pending.filter((call) => place === undefined || call.place === place);
    this.pending = this.pending.filter((call) => !calls.includes(call));
    return calls.map((call) => shownCall(call, "refused, not called"));
  }

  /** Calls of tools that do not exist come to nothing at once. */
  #unknown(): Shown[] {
    const known = this.#tools;
    if (known === undefined) return [];
    const lost = this.pending.filter(({ name }) => !known.has(name));
    this.pending = this.pending.filter(({ name }) => known.has(name));
    return lost.map((call) => shownCall(call, "there is no such tool"));
  }

  /** Remembers the tools, and tells of servers that gave none. */
  #known(value: unknown): Shown[] {
    this.#tools = new Set(listOf(fieldsOf(value).tools).map((tool) => textOf(fieldsOf(tool).name)));
    return shownUnusable(value);
  }
}
