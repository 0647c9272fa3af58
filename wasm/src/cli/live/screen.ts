// The lower end of the terminal, drawn again and again below lines that stay.

import { shown } from "../text/tell.js";
import { widthOf } from "../text/width.js";
import type { ViewStream } from "./view.js";

export class Screen {
  #drawn: string[] = [];

  constructor(private readonly stream: ViewStream) {}

  get columns(): number {
    return Math.max(20, this.stream.columns ?? 80);
  }

  /** Lines that stay, and below them those that are drawn anew next time. One write, so that nothing flickers. */
  draw(staying: string[], live: string[]): void {
    if (staying.length === 0 && live.join("\n") === this.#drawn.join("\n")) return;
    const text = [...staying.map((line) => `${shown(line)}\n`), live.map(shown).join("\n")].join("");
    this.stream.write(this.#erase() + text);
    this.#drawn = live;
  }

  #erase(): string {
    if (this.#drawn.length === 0) return "";
    // After the window became narrower, one line may take several rows.
    const rows = this.#drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / this.columns)),
      0,
    );
    return `\r${rows > 1 ? `\x1b[${rows - 1}A` : ""}\x1b[J`;
  }
}
