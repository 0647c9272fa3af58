// Options of a run, from the command line and the configuration.

import { readFileSync } from "node:fs";

import { InvalidArgumentError } from "commander";

import { modelsOf } from "../../catalogue/catalogue.js";
import { sentenceOf } from "../../errors.js";
import type { Approvals, Provider, RunOptions } from "../../options.js";
import type { JsonSchema } from "../../schema.js";
import { Exit, Trouble } from "../exit.js";
import { type Settings, modelFor } from "./settings.js";

export interface Wishes {
  model?: string;
  tool?: string[];
  budgetUsd?: number;
  budgetTokens?: number;
  budgetCalls?: number;
  budgetSeconds?: number;
  turns?: number;
  approve?: ApproveWord;
  instruction?: string;
  pattern?: PatternWord;
  fallback?: string[];
  confirm?: boolean;
  schema?: string;
}

/** As people type them. */
export const PATTERN_WORDS = [
  "auto",
  "direct",
  "chain",
  "parallel",
  "router",
  "orchestrator",
  "swarm",
  "evaluator-optimizer",
] as const;
export type PatternWord = (typeof PATTERN_WORDS)[number];

export const APPROVE_WORDS = ["all", "none", "ask"] as const;
export type ApproveWord = (typeof APPROVE_WORDS)[number];

const POLICY = { all: "allow", none: "deny", ask: "ask" } as const;

/** For commander: a number that makes sense for a limit. */
export function positive(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || number <= 0) {
    throw new InvalidArgumentError("It must be a number above 0.");
  }
  return number;
}

export function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("It must be a port: a whole number from 0 to 65535.");
  return port;
}

export function wholePositive(text: string): number {
  const number = positive(text);
  if (!Number.isInteger(number)) throw new InvalidArgumentError("It must be a whole number above 0.");
  return number;
}

/** The JSON Schema of an object that a file holds. */
function schemaIn(file: string): JsonSchema {
  let schema: JsonSchema | null;
  try {
    schema = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Trouble(`The schema cannot be read from ${file}: ${sentenceOf(error)}`, Exit.usage);
  }
  if (schema?.type !== "object")
    throw new Trouble(`${file} must hold a JSON Schema of an object, with "type": "object".`, Exit.usage);
  return schema;
}

/** What the options say of money and time, in the package's form; undefined when they say nothing. */
export function budgetOf(wishes: Wishes): RunOptions["budget"] {
  const { budgetUsd: usd, budgetTokens: tokens, budgetCalls: calls, budgetSeconds: seconds } = wishes;
  const budget = {
    ...(usd !== undefined && { usd }),
    ...(tokens !== undefined && { tokens }),
    ...(calls !== undefined && { calls }),
    ...(seconds !== undefined && { ms: Math.round(seconds * 1000) }),
  };
  return Object.keys(budget).length > 0 ? budget : undefined;
}

/** Only what a fork may change. */
export function changesOf(wishes: Wishes, settings: Settings) {
  const model = modelFor(wishes.model, settings);
  const budget = budgetOf(wishes);
  const approvals: Approvals | undefined = wishes.approve && { default: POLICY[wishes.approve] };
  return {
    ...(model !== undefined && { model }),
    ...(budget && { budget }),
    ...(wishes.turns !== undefined && { limits: { turns: wishes.turns } }),
    ...(approvals && { approvals }),
  };
}

/** The command line goes before the configuration, setting by setting. */
export function runOptions(wishes: Wishes, settings: Settings): RunOptions {
  const { budget, limits, ...changes } = changesOf(wishes, settings);
  const { run, chosen } = settings;
  return {
    ...run,
    ...changes,
    ...((run.budget || budget) && { budget: { ...run.budget, ...budget } }),
    ...((run.limits || limits) && { limits: { ...run.limits, ...limits } }),
    ...(chosen && { servers: chosen }),
    ...(wishes.tool && { tools: wishes.tool }),
    ...(wishes.pattern !== undefined && {
      pattern: wishes.pattern === "evaluator-optimizer" ? "evaluator_optimizer" : wishes.pattern,
    }),
    ...(wishes.fallback && { fallback: wishes.fallback }),
    ...(wishes.confirm && { confirm: true }),
    ...(wishes.schema !== undefined && { schema: schemaIn(wishes.schema) }),
    ...(wishes.instruction !== undefined && { instruction: wishes.instruction }),
  };
}

/** Whether the catalogue has it. */
function hasKnownPrice(provider: Provider, model: string): boolean {
  if ("call" in provider || !("url" in provider || "apiKey" in provider)) return false;
  const { type = "openai", url = type.startsWith("openai") ? "https://api.openai.com/v1" : "" } = provider;
  return modelsOf({ type, url }, [model])[model]?.price !== undefined;
}

/** What the run is to be done by, before the engine is asked: a provider, a model or a wish. */
export function wantedModel(
  { model }: Pick<RunOptions, "model">,
  { model: usual, providers }: Settings,
): NonNullable<RunOptions["model"]> {
  return model ?? usual ?? Object.keys(providers)[0] ?? "offline";
}

/** A budget in money holds only where the price is known; elsewhere people must hear that it does not. */
export function priceWarning(options: RunOptions, settings: Settings): string | undefined {
  if (options.budget?.usd === undefined) return undefined;
  const wanted = wantedModel(options, settings);
  if (typeof wanted !== "string" || wanted === "auto") return undefined;
  const [name = "", ...rest] = wanted.split(":");
  const provider = settings.providers[name];
  if (provider === undefined || provider.type === "offline" || provider.type === "equals") return undefined;
  const model = rest.join(":") || provider.model || ("call" in provider ? name : "");
  if (provider.prices?.[model] !== undefined || hasKnownPrice(provider, model)) return undefined;
  return (
    `No price is known for ${name}:${model}, so a budget in dollars cannot hold it. Give "prices" of the provider in ` +
    `troupe.config, or limit --budget-tokens.`
  );
}
