// A line for everything that ended: for logs, pipes and continuous integration.

import type { RunEvent } from "../../events.js";
import { count, duration } from "../text/amounts.js";
import { tell } from "../text/tell.js";
import { oneLine } from "../text/width.js";
import { Progress } from "./progress.js";
import type { Shown } from "./shown.js";
import type { Opening, View, ViewStream } from "./view.js";

const COLUMNS = 200;

function lineFor(shown: Shown): string {
  const took = shown.durationMs === undefined ? "" : ` (${duration(shown.durationMs)})`;
  const indent = shown.what === "call" ? "  " : "";
  const subject = shown.subject === "" ? "" : ` ${shown.subject}`;
  const outcome = shown.outcome === "" ? "" : `${shown.what === "call" ? " ->" : ":"} ${shown.outcome}`;
  const line = `${indent}${shown.failed && shown.what !== "log" ? "failed: " : ""}${shown.title}${subject}${outcome}`;
  return (line.length > COLUMNS ? `${line.slice(0, COLUMNS - 1)}…` : line) + took;
}

export class PlainView implements View {
  readonly progress: Progress;
  #told = false;

  constructor(
    private readonly stream: ViewStream,
    private readonly replaying: boolean,
    verbose: boolean,
  ) {
    this.progress = new Progress(Date.now(), verbose, replaying);
  }

  open({ task, facts }: Opening): void {
    this.say(`troupe: ${oneLine(task)}`);
    this.say(facts.join("; "));
  }

  take(event: RunEvent): void {
    const shown = this.progress.take(event);
    if (event.type === "step" && event.replayed && !this.replaying) return;
    this.#tellReplayed();
    for (const each of shown) this.say(each.last ? "model: answers" : lineFor(each));
  }

  say(line: string): void {
    tell(this.stream, line);
  }

  rest(): void {}
  wake(): void {}
  close(): void {
    this.#tellReplayed();
  }

  #tellReplayed(): void {
    if (this.#told || this.replaying || this.progress.replayed === 0) return;
    this.#told = true;
    this.say(`${count(this.progress.replayed, "step")} read from the journal, not done again`);
  }
}
