// Shows the text as it streams, how the run stands, and what it used.
import type { Outcome, Usage } from "troupe";
import { byId, element } from "./element.js";
import { duration, money, plural } from "./words.js";

export type State = "idle" | "running" | "done" | "paused" | "failed";

/** The value of a journal's last line. */
export interface RecordedEnd {
  answer?: string;
  usage?: { input: number; output: number; calls: number; nano_usd: number; ms: number };
}

export class AnswerView {
  readonly #text = byId("answer");
  readonly #status = byId("status");
  readonly #usage = byId("usage");
  #step: string | undefined;

  status(state: State, sentence: string): void {
    this.#status.dataset.state = state;
    this.#status.textContent = sentence;
    this.#text.dataset.state = state;
    // Who listens hears the answer when it is whole, and not word by word.
    this.#text.setAttribute("aria-busy", String(state === "running"));
  }

  clear(): void {
    this.#text.textContent = "";
    this.#usage.replaceChildren();
    this.#step = undefined;
  }

  write(step: string, text: string): void {
    if (step !== this.#step) this.#text.textContent = "";
    this.#step = step;
    this.#text.append(text);
  }

  /** The model gave up what it wrote, and starts anew. */
  reset(): void {
    this.#text.textContent = "";
  }

  over({ answer, stop, usage }: Outcome): void {
    this.#text.textContent = answer;
    this.showUsage(usage);
    const sentence = stop.sentence ? `: ${stop.sentence}` : ".";
    if (stop.reason === "done") this.status("done", "Done.");
    else if (stop.resumable || stop.reason === "recorded")
      this.status("paused", `Paused (${words(stop.reason)})${sentence}`);
    else this.status("failed", `Stopped (${words(stop.reason)})${sentence}`);
  }

  /** What a journal says of its run's end. */
  recorded({ answer = "", usage }: RecordedEnd): void {
    this.#text.textContent = answer;
    if (usage) this.showUsage({ ...usage, usd: usage.nano_usd / 1e9 });
  }

  showUsage({
    input,
    output,
    calls,
    usd,
    ms,
  }: Pick<Usage, "input" | "output" | "calls" | "usd" | "ms">): void {
    const facts: [string, string][] = [
      [(input + output).toLocaleString("en"), input + output === 1 ? "token" : "tokens"],
      [calls.toLocaleString("en"), calls === 1 ? "call" : "calls"],
      ...(usd > 0 ? [[money(usd), "spent"] as [string, string]] : []),
      [duration(ms), "taken"],
    ];
    this.#usage.title = `${plural(input, "token")} read, ${plural(output, "token")} written`;
    this.#usage.replaceChildren(
      ...facts.map(([amount, noun]) => element("li", {}, element("b", { text: amount }), ` ${noun}`)),
    );
  }
}

const words = (reason: string) => reason.replaceAll("_", " ");
