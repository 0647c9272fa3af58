// A line from the person at the terminal.

import { type Interface, createInterface } from "node:readline";

import { shown } from "../text/tell.js";

export interface Terminal {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
}

/** Where nobody sits, nobody is asked. */
export function isAttended({ input, output }: Terminal): boolean {
  return input.isTTY === true && output.isTTY === true;
}

export class Prompter {
  #open: Interface | undefined;

  constructor(
    private readonly terminal: Terminal,
    /** While a line is being read, Ctrl-C reaches the reader and not the process. */
    private readonly interrupted: () => void,
  ) {}

  /** What was typed; undefined when the person left (Ctrl-D), or when close() was called. */
  read(text: string): Promise<string | undefined> {
    const { input, output } = this.terminal;
    const reader = createInterface({ input, output, terminal: true, historySize: 0 });
    this.#open = reader;
    return new Promise((resolve) => {
      let line: string | undefined;
      reader.on("SIGINT", () => {
        this.interrupted();
        reader.close();
      });
      reader.on("close", () => {
        this.#open = undefined;
        if (line === undefined) output.write("\n");
        resolve(line);
      });
      reader.question(shown(text), (typed) => {
        line = typed.trim();
        reader.close();
      });
    });
  }

  close(): void {
    this.#open?.close();
  }
}
