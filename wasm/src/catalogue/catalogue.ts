// Which models the engine is told of: those that a configured provider has.
import type { ModelCatalogue, ModelFacts } from "./facts.js";
import { known } from "./known.js";

/** Where vendors are, whose models are all there. */
const ADDRESSES: Readonly<Record<string, string>> = {
  anthropic: "https://api.anthropic.com/",
  google: "https://generativelanguage.googleapis.com/",
  cohere: "https://api.cohere.com/",
  openai: "https://api.openai.com/",
  mistral: "https://api.mistral.ai/",
  deepseek: "https://api.deepseek.com",
  groq: "https://api.groq.com/",
};

/** Whose models these are: a vendor's own address has all of them, others have those that are named. */
function vendorOf(type: string, url: string): { vendor: string; whole: boolean } {
  const found = Object.entries(ADDRESSES).find(([, address]) => url.startsWith(address));
  if (found) return { vendor: found[0], whole: true };
  // Deployments, regions and gateways have what their owner has put there.
  return { vendor: type === "openai" || type === "openai-responses" ? "local" : type, whole: false };
}

/** What is known of a model by its name, or by the name without a date: `gpt-4o-mini-2024-07-18`. */
function factsOf(models: Readonly<Record<string, ModelFacts>>, id: string): ModelFacts | undefined {
  return models[id] ?? models[id.replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, "")];
}

/**
 * What is known of a provider's models: the catalogue's facts, and over them the application's.
 * `named` are the models that the configuration names.
 */
export function modelsOf(
  { type, url }: { type: string; url: string },
  named: readonly string[],
  own: Readonly<Record<string, ModelFacts>> = {},
): Record<string, ModelFacts> {
  const { vendor, whole } = vendorOf(type, url);
  const models = known[vendor] ?? {};
  const found: Record<string, ModelFacts> = whole ? { ...models } : {};
  for (const id of named) {
    const facts = factsOf(models, id);
    if (facts) found[id] = facts;
  }
  for (const [id, facts] of Object.entries(own)) found[id] = { ...found[id], ...facts };
  return found;
}

/** As the engine wants it: nano-dollars a token. */
export function wireFacts({ price, ...rest }: ModelFacts): object {
  return { ...rest, ...(price && { price: nanoPrice(price) }) };
}

export function wireCatalogue(catalogue: ModelCatalogue): Record<string, Record<string, object>> {
  const wire: Record<string, Record<string, object>> = {};
  for (const [provider, models] of Object.entries(catalogue))
    wire[provider] = Object.fromEntries(Object.entries(models).map(([id, facts]) => [id, wireFacts(facts)]));
  return wire;
}

/** Dollars per million tokens are nano-dollars a token by a thousand. */
export function nanoPrice(price: object): object {
  return Object.fromEntries(
    Object.entries(price).map(([kind, usd]) => [kind, Math.round((usd as number) * 1000)]),
  );
}
