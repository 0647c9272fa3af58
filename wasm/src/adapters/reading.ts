// A run's events, read as what a chat page has to be told.
import { TroupeError } from "../errors.js";
import type { ChatStep, Failure, OtherStep, Outcome, QuestionEvent, RunEvent } from "../events.js";
import type { Answer, Question } from "../questions.js";
import { Calls } from "./calls.js";
import type { NoteKind, PageOptions, PageRun, Telling } from "./telling.js";
import { Texts } from "./texts.js";

const NOTES: ReadonlySet<string> = new Set<NoteKind>(["analysis", "strategy", "agents", "route", "recovery"]);
const PARTS: ReadonlySet<string> = new Set<Telling["type"]>(["text.begin", "call", "question", "note"]);
const ofCodeAlone = ({ code }: Failure) => `The run failed: ${code}.`;

/** What a protocol adds. */
export interface Page {
  /** What the page said to a question, by the question's id. */
  answerOf(ask: string, question: Question): Answer | undefined;
  /** What the ids of texts begin with. */
  readonly texts: string;
}

export class Reading {
  readonly #texts: Texts;
  readonly #calls: Calls;
  /** Told since the last turn. */
  #parts = 0;
  readonly #failure: (failure: Failure) => string;

  constructor(
    private readonly run: PageRun,
    private readonly options: PageOptions,
    private readonly page: Page,
  ) {
    this.#failure = options.failure ?? ofCodeAlone;
    this.#texts = new Texts(page.texts);
    this.#calls = new Calls(run.id, this.#failure);
  }

  *event(event: RunEvent): Generator<Telling> {
    for (const telling of this.#tellings(event)) {
      if (telling.type === "turn") this.#parts = 0;
      else if (PARTS.has(telling.type)) this.#parts++;
      yield telling;
    }
  }

  broken(error: unknown): Telling {
    const code = error instanceof TroupeError ? error.code : "internal";
    return { type: "broken", failure: this.#failure({ code, sentence: String(error) }) };
  }

  *#tellings(event: RunEvent): Generator<Telling> {
    if (event.type === "text") yield* this.#write(event.step, event.text);
    else if (event.type === "reset") yield* this.#texts.withdraw(event.step, this.#parts === 1);
    else if (event.type === "question") yield* this.#question(event);
    else if (event.type === "ended") yield* this.#end(event.outcome);
    // What servers say on stderr is not for pages.
    else if (event.type === "log" || (event.replayed && !this.options.replayed)) return;
    else if (event.kind === "chat") yield* this.#chat(event);
    else if (event.kind === "tool") yield* this.#calls.tool(event);
    else if (event.kind === "ask") yield* this.#calls.answered(event);
    else if (NOTES.has(event.kind) && event.state === "done") yield this.#note(event);
  }

  *#turn(): Generator<Telling> {
    if (!this.#texts.open && !this.#calls.open) yield { type: "turn" };
  }

  *#write(step: string, text: string): Generator<Telling> {
    if (text === "") return;
    if (!this.#texts.has(step)) yield* this.#turn();
    yield* this.#texts.write(step, text);
  }

  /** A reply that was not streamed is told when it is there. */
  *#chat({ step, state, reply }: ChatStep): Generator<Telling> {
    if (state === "failed") return yield* this.#texts.withdraw(step, this.#parts === 1);
    if (!this.#texts.has(step)) {
      if (reply?.text) yield* this.#write(step, reply.text);
      else yield* this.#turn();
    }
    yield* this.#texts.end(step);
  }

  *#question({ type: _, id, step, ...question }: QuestionEvent): Generator<Telling> {
    const ask = `${this.run.id}/${step}`;
    const answer = this.page.answerOf(ask, question) ?? this.options.answers?.[ask];
    if (answer && this.run.answer(id, answer)) return;
    const waits = this.options.questions === "wait";
    yield* this.#calls.ask(step, question, waits ? id : undefined);
    if (!waits) this.run.answer(id, undefined);
  }

  #note({ kind, step, value }: OtherStep): Telling {
    // What agents are told is the application's.
    const shown = kind === "agents" && Array.isArray(value) ? value.map(withoutInstruction) : value;
    return { type: "note", kind: kind as NoteKind, id: `${this.run.id}/${step}`, step, value: shown };
  }

  *#end(outcome: Outcome): Generator<Telling> {
    const { answer, stop } = outcome;
    // A run that pauses has no answer yet, its calls still come, and what was half written is written anew.
    if (stop.resumable) yield* this.#texts.withdrawAll();
    else {
      yield* this.#texts.endAll();
      yield* this.#calls.endAll();
      yield* this.#answer(answer);
    }
    const answered = !stop.resumable && answer.trim() !== "" && this.#texts.last;
    const failed = ["failed", "diverged", "journal"].includes(stop.reason);
    const { sentence = "", error = { code: stop.reason, sentence } } = stop;
    yield {
      type: "end",
      outcome,
      ...(answered && { answer: answered.id }),
      ...(failed && { failure: this.#failure(error) }),
    };
  }

  /** An answer that is not what a model wrote last was put together by the engine. */
  *#answer(answer: string): Generator<Telling> {
    if (answer.trim() === "" || answer.trim() === this.#texts.last?.text.trim()) return;
    yield* this.#write("answer", answer);
    yield* this.#texts.end("answer");
  }
}

function withoutInstruction({ instruction: _, ...agent }: Record<string, unknown>): object {
  return agent;
}
