// Shows the documents that the tools can read, notes first.
import { byId, element } from "./element.js";
import type { Document } from "./messages.js";

export function showDocuments(documents: Document[]): void {
  const sorted = documents.toSorted((a, b) => Number(b.isNote) - Number(a.isNote));
  byId("documents").replaceChildren(...sorted.map(show));
}

function show({ name, text, isNote }: Document): HTMLElement {
  const label = element(
    "summary",
    {},
    element("code", { text: name }),
    isNote && element("span", { class: "new", text: "note" }),
  );
  return element(
    "details",
    { class: "document" },
    label,
    element("pre", { text, attributes: { tabindex: "0" } }),
  );
}
