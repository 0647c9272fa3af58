// Tool calls, and the questions to people, by their place in the run.
import type { Failure, OtherStep, ToolStep } from "../events.js";
import type { WireQuestion } from "../protocol.js";
import { type ApprovalAnswer, type Question, questionOf } from "../questions.js";
import type { Telling } from "./telling.js";

export class Calls {
  readonly #calls = new Map<string, "open" | "over">();
  readonly #asked = new Set<string>();

  constructor(
    private readonly run: string,
    private readonly failure: (failure: Failure) => string,
  ) {}

  get open(): boolean {
    return [...this.#calls.values()].includes("open");
  }

  *tool(step: ToolStep): Generator<Telling> {
    const id = this.#callOf(step.step);
    yield* this.#begin(id, step);
    if (step.state === "begun") return;
    this.#calls.set(id, "over");
    const { result, error } = step;
    if (!result) yield { type: "call.failed", id, text: error ? this.failure(error) : "It gave nothing." };
    else if (result.failed) yield { type: "call.failed", id, text: result.text };
    else yield { type: "call.done", id, text: result.text, structured: result.structured };
  }

  /** `wait` is the number of a question that `run.answer` may answer. */
  *ask(step: string, question: Question, wait?: number): Generator<Telling> {
    const ask = `${this.run}/${step}`;
    const told = { ask, ...(wait !== undefined && { wait }) };
    this.#asked.add(ask);
    if (question.subject !== "approval") return yield { type: "question", ...told, question };
    const id = this.#callOf(step);
    yield* this.#begin(id, question);
    yield { type: "call.asked", id, ...told, question };
  }

  *answered({ step, state, args, value }: OtherStep): Generator<Telling> {
    if (state !== "done") return;
    const ask = `${this.run}/${step}`;
    const question = questionOf(args as WireQuestion);
    // A page that has not seen the question could not make anything of the answer.
    if (!this.#asked.has(ask)) yield* this.ask(step, question);
    if (question.subject !== "approval") return yield { type: "question.answered", ask, question };
    const { approve, hash, reason } = value as ApprovalAnswer;
    const approved = approve === true && hash === question.hash;
    const id = this.#callOf(step);
    if (!approved) this.#calls.set(id, "over");
    yield { type: "call.answered", id, ask, approve: approved, ...(reason !== undefined && { reason }) };
  }

  *endAll(): Generator<Telling> {
    for (const [id, state] of this.#calls)
      if (state === "open") yield { type: "call.failed", id, text: "The run ended before this call did." };
    this.#calls.clear();
  }

  *#begin(id: string, call: Pick<ToolStep, "tool" | "server" | "arguments">): Generator<Telling> {
    if (this.#calls.has(id)) return;
    this.#calls.set(id, "open");
    const { tool, server, arguments: given = {} } = call;
    yield { type: "call", id, tool, ...(server !== undefined && { server }), arguments: given };
  }

  /** Every call has a branch of the run of its own: its question and its execution are the first steps there. */
  #callOf(step: string): string {
    return `${this.run}/${step.slice(0, step.lastIndexOf("."))}`;
  }
}
