// The provider that the environment names, when no configuration does.

import type { OpenAiProvider, Provider } from "../../options.js";

const OPENAI_URL = "https://api.openai.com/v1";
const DEFAULT_MODEL = "gpt-4o-mini";
/** Dollars per million tokens, of the default model alone: prices of others belong in troupe.config. */
const PRICES = { [DEFAULT_MODEL]: { input: 0.15, cached: 0.075, output: 0.6 } };

type Environment = Readonly<Record<string, string | undefined>>;

export function providersOf(env: Environment): Record<string, Provider> {
  if (!env.OPENAI_API_KEY && !env.OPENAI_BASE_URL) return {};
  return { openai: endpoint(env.OPENAI_BASE_URL || OPENAI_URL, env.OPENAI_API_KEY, env.OPENAI_MODEL) };
}

/** Any server with OpenAI's chat completions. */
export function endpoint(url: string, apiKey: string | undefined, model = ""): OpenAiProvider {
  return {
    url,
    model: model || DEFAULT_MODEL,
    ...(apiKey && { apiKey }),
    ...(url.startsWith(OPENAI_URL) && { prices: PRICES }),
  };
}
