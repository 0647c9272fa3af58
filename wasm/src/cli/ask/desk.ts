// Where the questions of a run come to: one after the other, and answered by the person at the terminal.

import { setImmediate } from "node:timers/promises";

import { type FormField, fieldValue, formFields } from "../../form.js";
import type {
  Answer,
  ApprovalAnswer,
  ApprovalQuestion,
  BudgetQuestion,
  ElicitationQuestion,
  Question,
} from "../../questions.js";
import type { View } from "../live/view.js";
import { type Paint, paintFor } from "../text/style.js";
import { Prompter, type Terminal, isAttended } from "./prompt.js";
import { showQuestion } from "./show-question.js";
import { tell } from "../text/tell.js";
import { oneLine } from "../text/width.js";
import { ApprovedTools, type Standing, standingAnswer } from "./standing.js";

/** What stays in the journal beside the answer, so that a resumed run knows of it. */
type Remembered = ApprovalAnswer & { all?: true };

export class Desk {
  readonly approved = new ApprovedTools();
  readonly #terminal: Terminal;
  readonly #paint: Paint;
  readonly #prompter: Prompter;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(
    private readonly view: View,
    private readonly standing: Standing,
    interrupted: () => void,
    terminal: Terminal = { input: process.stdin, output: process.stderr },
  ) {
    this.#terminal = terminal;
    this.#paint = paintFor(terminal.output);
    this.#prompter = new Prompter(terminal, interrupted);
  }

  /** For `ask` of a run: undefined when nobody is there, and then the run pauses. */
  readonly ask = (question: Question): Promise<Answer | undefined> => {
    const turn = this.#queue.then(() => this.#answer(question));
    this.#queue = turn.catch(() => undefined);
    return turn;
  };

  /** Nothing is asked any more. */
  close(): void {
    this.#closed = true;
    this.#prompter.close();
  }

  async #answer(question: Question): Promise<Answer | undefined> {
    const standing = standingAnswer(question, this.standing, this.approved);
    // It is added once: the next limit is another decision.
    if (standing !== undefined && question.subject === "budget") delete this.standing.raise;
    if (standing !== undefined || this.#closed || !isAttended(this.#terminal)) return standing;
    // What happened before the question is on its way to the view, and is to stand above it.
    await setImmediate();
    this.view.rest();
    try {
      return await this.#put(question);
    } finally {
      if (!this.#closed) this.view.wake();
    }
  }

  async #put(question: Question): Promise<Answer | undefined> {
    for (let whole = false; ;) {
      const shown = showQuestion(question, (this.#terminal.output.columns ?? 80) - 1, this.#paint, whole);
      tell(this.#terminal.output, ...shown.lines);
      const answer = await this.#ask(question, shown.hidden > 0);
      if (answer !== "view") return answer;
      whole = true;
    }
  }

  async #ask(question: Question, cut: boolean): Promise<Answer | "view" | undefined> {
    const view = cut ? "  [v]iew all" : "";
    if (question.subject === "approval") return this.#approval(question, view);
    const { subject } = question;
    if (subject === "plan" || subject === "changed_tools" || subject === "sampling")
      return this.#agreement(view);
    if (question.subject === "elicitation") return this.#elicitation(question, view);
    if (question.subject === "budget") return this.#budget(question);
    if (question.subject === "question") {
      const text = await this.#line("Your answer");
      return text === undefined ? undefined : { text };
    }
    const key = await this.#key(`[r]etry  [s]kip  [g]ive its result${view}`, cut ? "rsgv" : "rsg");
    if (key === undefined || key === "v") return key && "view";
    if (key === "r") return { choice: "retry" };
    if (key === "s") return { choice: "skip" };
    const text = await this.#line("What it returned");
    return text === undefined ? undefined : { choice: "result", result: { text } };
  }

  async #approval(question: ApprovalQuestion, view: string): Promise<Remembered | "view" | undefined> {
    const key = await this.#key(
      `[y]es  [n]o  [a]ll of ${question.tool} in this run${view}`,
      view ? "ynav" : "yna",
    );
    if (key === undefined || key === "v") return key && "view";
    if (key === "y") return { approve: true };
    if (key === "a") {
      this.approved.add(question);
      return { approve: true, all: true };
    }
    const reason = await this.#line("Why not? The model reads it (Enter for no reason)");
    return reason === undefined ? undefined : { approve: false, ...(reason !== "" && { reason }) };
  }

  async #agreement(view: string): Promise<ApprovalAnswer | "view" | undefined> {
    const key = await this.#key(`[y]es  [n]o${view}`, view ? "ynv" : "yn");
    if (key === undefined || key === "v") return key && "view";
    return { approve: key === "y" };
  }

  async #budget({ limit }: BudgetQuestion): Promise<Answer | undefined> {
    const unit = { usd: "dollars", tokens: "tokens", calls: "calls", ms: "seconds" }[limit];
    for (;;) {
      const typed = await this.#line(`How many ${unit} more? (Enter ends here with what there is)`);
      if (typed === undefined) return undefined;
      if (typed === "") return {} as Answer;
      const more = Number(typed.replace(/^\$/, ""));
      if (Number.isFinite(more) && more > 0)
        return { raise: { [limit]: limit === "ms" ? more * 1000 : more } };
    }
  }

  async #elicitation(
    { mode, schema }: ElicitationQuestion,
    view: string,
  ): Promise<Answer | "view" | undefined> {
    const word = mode === "url" ? "[d]one" : "[a]nswer";
    const letters = `${mode === "url" ? "d" : "a"}nl${view ? "v" : ""}`;
    const key = await this.#key(`${word}  [n]o  [l]eave${view}`, letters);
    if (key === undefined || key === "v") return key && "view";
    if (key === "n" || key === "l") return { action: key === "n" ? "decline" : "cancel" };
    const content: Record<string, unknown> = {};
    for (const field of mode === "url" ? [] : formFields(schema)) {
      const typed = await this.#line(promptOf(field));
      if (typed === undefined) return undefined;
      const value = fieldValue(field, typed);
      if (value !== undefined) content[field.name] = value;
    }
    return mode === "url" ? { action: "accept" } : { action: "accept", content };
  }

  #line(prompt: string): Promise<string | undefined> {
    return this.#prompter.read(`${this.#paint("yellow", "┃")} ${prompt} ${this.#paint("yellow", "›")} `);
  }

  /** One of the letters. An empty line is no answer: nothing is approved by leaning on a key. */
  async #key(prompt: string, letters: string): Promise<string | undefined> {
    for (;;) {
      const typed = await this.#line(prompt);
      if (typed === undefined) return undefined;
      const letter = typed.slice(0, 1).toLowerCase();
      if (letter !== "" && letters.includes(letter)) return letter;
    }
  }
}

/** What stands before the place where a field is filled in. What a server wrote is shown, and never obeyed. */
function promptOf({ label, description, kind, required, options, default: preset }: FormField): string {
  const choices = options?.map((option, index) => `${index + 1} ${option.label}`).join(", ");
  const hints = [
    description,
    choices && `${choices}${kind === "choices" ? "; several with commas" : ""}`,
    kind === "boolean" && "yes or no",
    preset === undefined ? !required && "may stay empty" : `Enter for ${JSON.stringify(preset)}`,
  ].filter(Boolean);
  return oneLine(`${label}${hints.length > 0 ? ` (${hints.join("; ")})` : ""}`);
}
