// Shows the tree of steps. What a person opened stays open while the run goes on.
import { byId, element } from "./element.js";
import type { Step, Steps } from "./steps.js";
import { duration, full, plural } from "./words.js";

const marks: Record<Step["state"], string> = {
  waiting: "·",
  asked: "?",
  running: "",
  done: "✓",
  failed: "!",
  refused: "–",
};

const meanings: Record<Step["state"], string> = {
  waiting: "waiting",
  asked: "waits for your answer",
  running: "running",
  done: "done",
  failed: "failed",
  refused: "not done",
};

interface Item {
  root: HTMLLIElement;
  mark: HTMLElement;
  meaning: HTMLElement;
  note: HTMLElement;
  took: HTMLElement;
  details: HTMLDetailsElement;
  parts: HTMLElement;
  children: HTMLOListElement;
}

export class StepsView {
  #items = new Map<Step, Item>();

  clear(): void {
    this.#items.clear();
    byId("steps").replaceChildren();
    byId("steps-empty").hidden = false;
    byId("steps-count").textContent = "";
  }

  show(steps: Steps): void {
    byId("steps-empty").hidden = steps.roots.length > 0;
    byId("steps-count").textContent = steps.count > 0 ? plural(steps.count, "step") : "";
    this.#showAll(steps.roots, byId("steps"));
  }

  #showAll(steps: Step[], list: HTMLElement): void {
    for (const step of steps) {
      const item = this.#items.get(step) ?? this.#make(step);
      if (item.root.parentNode !== list) list.append(item.root);
      item.details.dataset.state = step.state;
      item.mark.textContent = marks[step.state];
      item.meaning.textContent = `, ${meanings[step.state]}`;
      item.note.textContent = step.note;
      item.took.textContent = step.endedAt === undefined ? "" : duration(step.endedAt - step.startedAt);
      for (const [heading, value] of step.parts.slice(item.parts.childElementCount)) {
        item.parts.append(part(heading, value));
      }
      if (step.children.length === 0) continue;
      if (!item.children.isConnected) item.root.append(item.children);
      this.#showAll(step.children, item.children);
    }
  }

  #make(step: Step): Item {
    const mark = element("span", { class: "mark", attributes: { "aria-hidden": "true" } });
    const meaning = element("span", { class: "sr" });
    const note = element("span", { class: "note" });
    const took = element("span", { class: "took" });
    const words = element("span", {}, element("span", { class: "title", text: step.title }), meaning, note);
    const parts = element("dl", { class: "inside" });
    const details = element("details", { class: "step" }, element("summary", {}, mark, words, took), parts);
    const root = element("li", {}, details);
    const item = { root, mark, meaning, note, took, details, parts, children: element("ol") };
    this.#items.set(step, item);
    return item;
  }
}

function part(heading: string, value: unknown): HTMLElement {
  const text = element("pre", { text: full(value), attributes: { tabindex: "0" } });
  return element("div", {}, element("dt", { text: heading }), element("dd", {}, text));
}
