// Budgets in money of runs whose models' prices are not known: they hold nothing, and people must hear of it.
import type { WireConfiguration } from "./protocol.js";

interface Header {
  config: {
    budget?: { nano_usd?: number };
    model?: unknown;
    price?: object;
    /** Of other models that the run may ask. */
    prices?: Record<string, object>;
  };
}

/** What to say of a run that has this as its journal's first line; undefined: nothing. */
export function budgetWarning(header: string, { providers }: WireConfiguration): string | undefined {
  if (!header.includes('"nano_usd"')) return undefined;
  const { config } = JSON.parse(header) as Header;
  if (config.budget?.nano_usd === undefined) return undefined;
  const prices = {
    ...(typeof config.model === "string" && { [config.model]: config.price }),
    ...config.prices,
  };
  const unknown = Object.entries(prices)
    .filter(([model, price]) => isNothing(price) && !isFree(model, providers))
    .map(([model]) => model);
  if (unknown.length === 0) return undefined;
  return (
    `No price is known for ${unknown.join(", ")}: the budget in dollars cannot hold that. ` +
    'Give "prices" of the provider, or a budget in tokens.'
  );
}

const isNothing = (price: object | undefined) => Object.values(price ?? {}).every((nano) => nano === 0);

/** Rules cost nothing, and of other models the application may say so. */
function isFree(model: string, providers: WireConfiguration["providers"]): boolean {
  const [name = "", ...rest] = model.split(":");
  const provider = providers[name];
  if (provider === undefined || !("url" in provider)) return true;
  const id = rest.length > 0 ? rest.join(":") : (provider.model ?? "");
  const facts = provider.models?.[id] as { price?: object } | undefined;
  return (provider.prices?.[id] ?? facts?.price) !== undefined;
}
