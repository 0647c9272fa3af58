// Ctrl-C once pauses the run, which then can be resumed; twice ends the process on the spot. The journal survives both.

import type { Run } from "../run.js";
import { Exit } from "./exit.js";
import type { View } from "./live/view.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** How long a pause waits for a tool that is changing something: left alone, it would be in doubt on resuming. */
const PATIENCE_MS = 10_000;

export class Interruption {
  #pause: (() => void) | undefined;
  #check: (() => void) | undefined;
  #happened = false;

  /** From now on signals come here. */
  listen(run: Run, view: View, desk: { close(): void }): void {
    this.#pause = () => {
      desk.close();
      this.#begin(run, view);
    };
    for (const signal of SIGNALS) process.on(signal, this.hear);
  }

  stop(): void {
    for (const signal of SIGNALS) process.off(signal, this.hear);
  }

  readonly hear = (): void => {
    if (this.#happened) process.exit(Exit.interrupted);
    this.#happened = true;
    this.#pause?.();
  };

  /** The run went on: perhaps what a pause waits for is done. */
  look(): void {
    this.#check?.();
  }

  #begin(run: Run, view: View): void {
    const names = [...new Set(view.progress.underWay)].join(", ");
    view.wake();
    view.say(`Pausing${names === "" ? "" : ` as soon as ${names} is done`}. Ctrl-C again leaves at once.`);
    // Who awaits the run hears of its failures.
    const suspend = () => void run.suspend().catch(() => undefined);
    const late = setTimeout(suspend, names === "" ? 0 : PATIENCE_MS);
    this.#check = () => {
      if (view.progress.underWay.length > 0) return;
      clearTimeout(late);
      suspend();
    };
    this.#check();
  }
}
