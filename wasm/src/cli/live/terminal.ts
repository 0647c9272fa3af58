// A run on a terminal: what ended stays, and what is under way moves below it.

import type { RunEvent } from "../../events.js";
import { describeArguments } from "../journal/describe.js";
import { count, duration } from "../text/amounts.js";
import { type Paint, mark, paintFor } from "../text/style.js";
import { fit, harmless, oneLine, padEnd, widthOf, wrap } from "../text/width.js";
import { Progress } from "./progress.js";
import type { Shown } from "./shown.js";
import { Screen } from "./screen.js";
import { type Opening, type View, type ViewStream, spentLine } from "./view.js";

const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 100;
/** Lines of running text, and of calls under way, that are shown at once. */
const TEXT_LINES = 5;
const CALL_LINES = 8;

export class TerminalView implements View {
  readonly progress: Progress;
  readonly #screen: Screen;
  readonly #paint: Paint;
  readonly #start = Date.now();
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;
  #told = false;
  #held: string[] = [];

  constructor(
    stream: ViewStream,
    private readonly replaying: boolean,
    verbose: boolean,
    private readonly hint = "Ctrl-C pauses",
  ) {
    this.progress = new Progress(this.#start, verbose, replaying);
    this.#screen = new Screen(stream);
    this.#paint = paintFor(stream);
  }

  open({ task, facts }: Opening): void {
    const columns = this.#screen.columns - 8;
    const [first = "", ...more] = wrap(harmless(task), columns);
    const rest = more.length > 3 ? [...more.slice(0, 2), "…"] : more;
    this.#screen.draw(
      [
        `${this.#paint("cyan", "troupe")}  ${this.#paint("bold", first)}`,
        ...rest.map((line) => `        ${this.#paint("bold", line)}`),
        ...facts.map((fact) => `        ${this.#paint("dim", fit(fact, columns))}`),
        "",
      ],
      [],
    );
    this.wake();
  }

  take(event: RunEvent): void {
    const shown = this.progress.take(event);
    if (event.type === "step" && event.replayed && !this.replaying) return;
    this.#stay([...this.#replayed(), ...shown.flatMap((each) => this.#lines(each))]);
  }

  say(line: string): void {
    this.#stay([line]);
  }

  rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#screen.draw(this.#replayed(), []);
  }

  /** While the terminal is somebody else's, lines wait. */
  #stay(lines: string[]): void {
    if (this.#timer === undefined) this.#held.push(...lines);
    else if (lines.length > 0) this.#screen.draw(lines, this.#live());
  }

  wake(): void {
    if (this.#held.length > 0) this.#screen.draw(this.#held.splice(0), []);
    this.#timer ??= setInterval(() => {
      this.#frame++;
      this.#screen.draw([], this.#live());
    }, FRAME_MS);
    this.#timer.unref();
  }

  close(): void {
    this.rest();
    this.#screen.draw(this.#held.splice(0), []);
  }

  /** `left` as far as it fits, and at the right end how long it took. */
  #ranged(left: string, plain: string, right: string): string {
    const room = this.#screen.columns - widthOf(plain) - widthOf(right) - 1;
    return room < 0 || right === ""
      ? left
      : padEnd(left, this.#screen.columns - widthOf(right) - 1) + this.#paint("dim", right);
  }

  #lines(shown: Shown): string[] {
    const columns = this.#screen.columns - 1;
    const took = shown.durationMs === undefined ? "" : duration(shown.durationMs);
    if (shown.what === "log") return [this.#paint("yellow", fit(`! ${shown.outcome}`, columns))];
    if (shown.what === "call") return this.#call(shown, columns, took);
    const colour = shown.failed ? "red" : "cyan";
    const outcome = shown.last ? "answers" : shown.outcome;
    const text = fit(outcome, columns - widthOf(shown.title) - took.length - 6);
    const left = `${this.#paint(colour, shown.failed ? mark.failed : "◆")} ${this.#paint("bold", shown.title)}  ${text}`;
    const lines = [this.#ranged(left, left, took)];
    if (shown.said)
      lines.push(
        ...wrap(harmless(shown.said.trim()), columns - 4)
          .slice(0, 4)
          .map((line) => `  ${this.#paint("dim", line)}`),
      );
    return lines;
  }

  #call(shown: Shown, columns: number, took: string): string[] {
    const title = fit(shown.title, 40);
    const subject = fit(shown.subject, Math.max(0, columns - widthOf(title) - took.length - 8));
    const sign = shown.failed ? this.#paint("red", mark.failed) : this.#paint("green", mark.done);
    const left = `  ${sign} ${title}  ${subject}`;
    const outcome = fit(shown.outcome, columns - 4);
    return [this.#ranged(left, left, took), `    ${this.#paint(shown.failed ? "red" : "dim", outcome)}`];
  }

  #replayed(): string[] {
    if (this.#told || this.replaying || this.progress.replayed === 0) return [];
    this.#told = true;
    const steps = count(this.progress.replayed, "step");
    return [this.#paint("dim", `↻ ${steps} read from the journal, not done again`)];
  }

  #live(): string[] {
    const now = Date.now();
    const columns = this.#screen.columns - 1;
    const spin = this.#paint("cyan", SPINNER[this.#frame % SPINNER.length]!);
    const lines: string[] = [];
    for (const call of this.progress.pending.slice(0, CALL_LINES)) {
      const took = duration(Math.max(0, now - call.since));
      const name = fit(oneLine(call.name), 40);
      const left = `  ${spin} ${name}  ${describeArguments(call.arguments, Math.max(4, columns - widthOf(name) - 20))}`;
      lines.push(this.#ranged(left, left, took));
    }
    const hidden = this.progress.pending.length - CALL_LINES;
    if (hidden > 0) lines.push(this.#paint("dim", `    and ${hidden} more`));
    if (this.progress.pending.length === 0 && !this.progress.answered && !this.replaying) {
      const took = duration(Math.max(0, now - this.progress.since));
      const doing = this.progress.modelCalls === 0 && this.progress.text === "" ? "begins" : "works";
      const left = `${spin} ${this.#paint("bold", "model")}  ${this.progress.text === "" ? doing : "writes"}`;
      lines.push(this.#ranged(left, left, took));
      const text = harmless(this.progress.text.slice(-4000)).trimEnd();
      if (text !== "")
        for (const line of wrap(text, columns - 4).slice(-TEXT_LINES))
          lines.push(`  ${this.#paint("dim", line)}`);
    }
    const status = fit(`${spentLine(this.progress, now - this.#start)} · ${this.hint}`, columns);
    return [...lines, "", this.#paint("dim", status)];
  }
}
