// The only way to the terminal. Whatever stands in a line, a model's words, a server's, a journal's or a file's name, takes
// one line and moves no cursor: of control sequences only our own styles get through.

import { ownStyle } from "./style.js";
import { harmful, harmless } from "./width.js";

export interface Stream {
  write(text: string): unknown;
}

/** A line as it is written. */
export function shown(line: string): string {
  const parts = line.replace(/[\r\n]+/g, " ").split(ownStyle);
  // What was split at stands at the odd places.
  return parts.map((part, at) => (at % 2 === 0 ? harmless(part) : `\x1b${part}`)).join("");
}

export function tell(stream: Stream, ...lines: string[]): void {
  stream.write(lines.map((line) => `${shown(line)}\n`).join(""));
}

/** A line that gives way to another; gives what takes it away. */
export function tellForNow(stream: Stream, line: string): () => void {
  stream.write(shown(line));
  return () => void stream.write("\r\x1b[K");
}

/** The same JSON for programs, with everything escaped that a terminal would obey. */
export function tellJson(value: unknown): void {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const text = JSON.stringify(value, null, 2).replace(harmful, (found) =>
    found.split("").map(escaped).join(""),
  );
  process.stdout.write(`${text}\n`);
}

/** An answer for the next program, as it is. Only for pipes. */
export function handOn(text: string): void {
  process.stdout.write(`${text}\n`);
}
