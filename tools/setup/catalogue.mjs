// Makes wasm/src/catalogue/known.ts of core/llm/models.json: what a browser loads of it, without sources and notes.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { at } from "./command.mjs";

const from = "core/llm/models.json";
const to = "wasm/src/catalogue/known.ts";

/** Of a model what the engine looks at; what it takes for granted is left out. */
function factsOf({ context, price, vision, tools, structured, speed, quality }) {
  return {
    ...(context && { context }),
    ...(tools || { tools }),
    ...(vision || { vision }),
    ...(structured !== undefined && { structured }),
    speed,
    quality,
    ...(price && { price }),
  };
}

function knownModels() {
  const known = {};
  for (const { vendor, id, ...rest } of JSON.parse(readFileSync(at(from), "utf8")).models)
    (known[vendor] ??= {})[id] = factsOf(rest);
  return known;
}

function source() {
  const vendors = Object.entries(knownModels()).map(([vendor, models]) => {
    const lines = Object.entries(models).map(
      ([id, facts]) => `    ${JSON.stringify(id)}: ${JSON.stringify(facts)},`,
    );
    return `  ${vendor}: {\n${lines.join("\n")}\n  },`;
  });
  return `// Made by tools/setup/catalogue.mjs of ${from}, which has the date and source of each figure.
import type { ModelCatalogue } from "./facts.js";

export const known: ModelCatalogue = {
${vendors.join("\n")}
};
`;
}

/** Writes it where it is not so already. */
export function catalogue() {
  const text = source();
  if (!existsSync(at(to)) || readFileSync(at(to), "utf8") !== text) writeFileSync(at(to), text);
}
