// The provider that the environment names, when no configuration does.

import type { OpenAiProvider, Provider, VendorProvider } from "../../options.js";
import { Exit, Trouble } from "../exit.js";

const OPENAI_URL = "https://api.openai.com/v1";
const DEFAULT_MODEL = "gpt-4o-mini";
/** Dollars per million tokens, of the default model alone: prices of others belong in troupe.config. */
const PRICES = { [DEFAULT_MODEL]: { input: 0.15, cached: 0.075, output: 0.6 } };

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that the vendors' own clients read; several providers where several keys are set, OpenAI's first. */
export function providersOf(env: Environment): Record<string, Provider> {
  const found: Record<string, Provider> = {};
  if (env.OPENAI_BASE_URL && !isUrl(env.OPENAI_BASE_URL))
    throw new Trouble(
      `OPENAI_BASE_URL must begin with http:// or https://, and is ${env.OPENAI_BASE_URL}.`,
      Exit.usage,
    );
  if (env.OPENAI_API_KEY || env.OPENAI_BASE_URL)
    found.openai = endpoint(env.OPENAI_BASE_URL || OPENAI_URL, env.OPENAI_API_KEY, env.OPENAI_MODEL);
  const add = (type: VendorProvider["type"], apiKey: string | undefined, model: string) => {
    if (apiKey) found[type] = { type, apiKey, model };
  };
  add("anthropic", env.ANTHROPIC_API_KEY, env.ANTHROPIC_MODEL || "claude-sonnet-4-5");
  add("google", env.GEMINI_API_KEY || env.GOOGLE_API_KEY, env.GEMINI_MODEL || "gemini-2.5-flash");
  add("cohere", env.CO_API_KEY, env.CO_MODEL || "command-a-03-2025");
  return found;
}

export const isUrl = (text: string) => /^https?:\/\/[^/]/.test(text);

/** Any server with OpenAI's chat completions. */
export function endpoint(url: string, apiKey: string | undefined, model = ""): OpenAiProvider {
  return {
    url,
    model: model || DEFAULT_MODEL,
    ...(apiKey && { apiKey }),
    ...(url.startsWith(OPENAI_URL) && { prices: PRICES }),
  };
}
