// Shows the journal: its lines in short, its chain, and the link that downloads it.
import type { Verified } from "troupe";
import { byId, element } from "./element.js";
import type { Journal, Line } from "./journal.js";
import { brief, plural } from "./words.js";

/** Beyond this only the newest lines are shown: the rest is in the file. */
const MOST_SHOWN = 400;

export class JournalView {
  #url: string | undefined;
  /** What steps are: the line that ends one does not say it again. */
  readonly #tools = new Map<string, string>();
  readonly #lines = byId("lines");
  readonly #chain = byId("chain");
  readonly #download = byId<HTMLAnchorElement>("download");

  clear(): void {
    this.#lines.replaceChildren();
    this.#tools.clear();
    this.#chain.textContent = "";
    this.#chain.dataset.state = "none";
    this.#download.hidden = true;
    byId("journal-count").textContent = "";
  }

  add(lines: Line[]): void {
    const list = this.#lines;
    const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 4;
    list.append(...lines.map((line) => this.#item(line)));
    while (list.childElementCount > MOST_SHOWN) list.firstElementChild?.remove();
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  show(journal: Journal): void {
    const { header, lines } = journal;
    byId("journal-count").textContent = header ? `${header.run ?? ""} · ${plural(lines.length, "line")}` : "";
    this.#download.hidden = header === undefined;
    if (!header) return;
    if (this.#url !== undefined) URL.revokeObjectURL(this.#url);
    this.#url = URL.createObjectURL(new Blob([journal.text], { type: "application/x-ndjson" }));
    this.#download.href = this.#url;
    this.#download.download = `${header.run ?? "run"}.jsonl`;
  }

  verified(found: Verified): void {
    this.#chain.dataset.state = found.ok ? "whole" : "broken";
    if (!found.ok) {
      this.#chain.textContent = found.sentence;
      return;
    }
    const { hash, lines } = found;
    const head = element("code", { text: `${hash.slice(0, 16)}…`, attributes: { title: hash } });
    this.#chain.replaceChildren(`The chain of ${plural(lines, "line")} is whole. Its head: `, head);
  }

  #item(line: Line): HTMLLIElement {
    const hash = line.prev?.slice(0, 6) ?? "";
    return element(
      "li",
      {},
      element("span", { class: "n", text: String(line.n ?? 0) }),
      element("span", { text: this.#summary(line) }),
      element("span", {
        class: "hash",
        text: hash,
        attributes: hash ? { title: `follows ${line.prev}` } : {},
      }),
    );
  }

  #summary({ kind, step = "", state, args, task, value }: Line): string {
    if (kind === undefined) return `run: ${brief(task ?? "")}`.slice(0, 160);
    const tool = args?.tool ?? this.#tools.get(step) ?? "";
    this.#tools.set(step, tool);
    const stop = (value as { stop?: { reason?: string } } | undefined)?.stop;
    const what = { tool, ask: args?.subject, end: stop?.reason }[kind];
    return [step, kind, what, state].filter(Boolean).join(" ");
  }
}
