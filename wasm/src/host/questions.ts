// Questions of the engine on their way to a person, and the answers back.
import type { Engine } from "../engine.js";
import { sentenceOf } from "../errors.js";
import type { Attendance } from "../options.js";
import { isPromise } from "../promise.js";
import type { CommandOf } from "../protocol.js";
import { type Answer, type ApprovalAnswer, type Question, answerOf } from "../questions.js";
import type { RunEvent } from "../events.js";

/** Who is asked. */
export interface Asked {
  readonly attendance: Attendance;
  readonly watched: boolean;
  tell(event: RunEvent): void;
}

export class Questions {
  readonly #open = new Map<number, { run: string; question: Question; handled: boolean }>();

  constructor(
    private readonly engine: Pick<Engine, "post">,
    /** Goes to work where a run has no handler of its own. */
    private readonly otherwise: Attendance,
    /** Hears of handlers that fail. */
    private readonly log: (run: string, text: string) => void,
  ) {}

  /** A handler is asked, or else who watches the run; or else nobody is there. */
  ask({ id, run, step }: CommandOf<"ask">, question: Question, asked: Asked): void {
    const { approve = this.otherwise.approve, ask = this.otherwise.ask } = asked.attendance;
    const place = { run, step };
    const handler =
      question.subject === "approval" && approve
        ? () => approve(question, place)
        : ask && (() => ask(question, place));
    this.#open.set(id, { run, question, handled: handler !== undefined });
    if (handler) this.#handle(id, question, handler);
    else if (asked.watched) asked.tell({ type: "question", id, step, ...question });
    else this.#unanswered(id);
  }

  /** False when the question is not open any more. Throws where that is no answer, and the question stays open. */
  answer(run: string, id: number, answer: Answer | null | undefined): boolean {
    const open = this.#open.get(id);
    if (open?.run !== run) return false;
    // Where nobody answered, many databases say null.
    const said = answer === undefined || answer === null ? undefined : answerOf(open.question, answer);
    const body = said && JSON.stringify(said);
    this.#open.delete(id);
    if (body === undefined) this.#unanswered(id);
    else this.engine.post({ kind: "ask.answered", id }, body);
    return true;
  }

  withdraw(id: number): void {
    this.#open.delete(id);
  }

  /** Nobody watches the run any more. What a handler is deciding it may decide. */
  abandon(run: string): void {
    for (const [id, open] of this.#open) if (open.run === run && !open.handled) this.#unanswered(id);
  }

  #handle(id: number, question: Question, handler: () => Handled | Promise<Handled>): void {
    const give = (answer: Handled) => {
      const open = this.#open.get(id);
      if (open) this.answer(open.run, id, typeof answer === "boolean" ? { approve: answer } : answer);
    };
    const fail = (error: unknown) => {
      const reason = `Who decides on it failed: ${sentenceOf(error)}`;
      this.log(this.#open.get(id)?.run ?? "", reason);
      give(question.subject === "approval" ? { approve: false, reason } : undefined);
    };
    const take = (answer: Handled) => {
      try {
        give(answer);
      } catch (error) {
        fail(error);
      }
    };
    try {
      const answer = handler();
      if (isPromise(answer)) answer.then(take, fail);
      else take(answer);
    } catch (error) {
      fail(error);
    }
  }

  #unanswered(id: number): void {
    this.engine.post({ kind: "ask.unanswered", id });
  }
}

type Handled = boolean | ApprovalAnswer | Answer | undefined;
