// The journal that this page holds: its text as it grows, and its lines read for showing. Whether its chain is whole is
// the engine's to say.

export interface Call {
  id: string;
  name: string;
  arguments?: unknown;
  malformed?: string;
}

/** A line of a journal. The first one has `journal`, `run` and `task`; the others a `kind`. */
export interface Line {
  at: number;
  n?: number;
  kind?: string;
  state?: "begun" | "done" | "failed";
  step?: string;
  args?: {
    tool?: string;
    server?: string;
    arguments?: unknown;
    subject?: string;
    sentence?: string;
    agent?: string;
  };
  value?: unknown;
  error?: { sentence: string };
  prev?: string;
  journal?: string;
  run?: string;
  task?: string;
}

/** Whether a text begins as journals do. */
export const isJournal = (text: string) => linesOf(text)[0]?.journal === "troupe";

export class Journal {
  #text = "";
  #bytes = 0;
  readonly lines: Line[] = [];

  get text(): string {
    return this.#text;
  }

  get header(): Line | undefined {
    return this.lines[0];
  }

  get ended(): boolean {
    return this.lines.at(-1)?.kind === "end";
  }

  clear(): void {
    this.#text = "";
    this.#bytes = 0;
    this.lines.length = 0;
  }

  /** Writes lines at a byte, and gives those that are new. What was torn there is cut off first. */
  write(at: number, bytes: Uint8Array): Line[] {
    if (at < this.#bytes) this.#cut(at);
    const text = new TextDecoder().decode(bytes);
    this.#text += text;
    this.#bytes += bytes.length;
    const added = linesOf(text);
    this.lines.push(...added);
    return added;
  }

  #cut(at: number): void {
    const kept = new TextEncoder().encode(this.#text).subarray(0, at);
    this.#text = new TextDecoder().decode(kept);
    this.#bytes = at;
    this.lines.splice(0, this.lines.length, ...linesOf(this.#text));
  }
}

/** The lines that are whole, up to the first that is none. */
function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (const each of text.split("\n").slice(0, -1)) {
    try {
      lines.push(JSON.parse(each) as Line);
    } catch {
      break;
    }
  }
  return lines;
}
