// Makes wasm/src/catalogue/known.ts of core/llm/models.json: what a browser loads of it, without sources and notes. Then
// `npm run format`; tests/package/choice.test.mjs says when it was forgotten.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const from = new URL("../core/llm/models.json", import.meta.url);
const to = new URL("../wasm/src/catalogue/known.ts", import.meta.url);

/** Of a model what the engine looks at; what it takes for granted is left out. */
function factsOf({ context, price, vision, tools, structured, speed, quality }) {
  return {
    ...(context && { context }),
    ...(tools || { tools }),
    ...(vision || { vision }),
    ...(structured || { structured }),
    speed,
    quality,
    ...(price && { price }),
  };
}

export function knownModels() {
  const known = {};
  for (const { vendor, id, ...rest } of JSON.parse(readFileSync(from, "utf8")).models)
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
  return `// Made by \`node tools/catalogue.mjs\` of core/llm/models.json, which has the date and source of each figure.
import type { ModelCatalogue } from "./facts.js";

export const known: ModelCatalogue = {
${vendors.join("\n")}
};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(to, source());
