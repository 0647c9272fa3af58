// The application's options as the engine hears them, and what stays here: secrets, functions, command lines.
import { wireAgents, wireSettings } from "./patterns.js";
import { TroupeError } from "./errors.js";
import { type Credential, credentialOf } from "./host/secrets.js";
import type { ModelFunction } from "./model.js";
import type { OAuthOptions } from "./auth/options.js";
import type {
  Approvals,
  LocalServer,
  OpenAiProvider,
  Prices,
  Provider,
  RunChanges,
  RunOptions,
  Server,
  TroupeOptions,
} from "./options.js";
import type { WireApprovals, WireConfiguration, WireOptions, WireProvider, WireServer } from "./protocol.js";
import { budgetOf } from "./questions.js";

export interface Configured {
  wire: WireConfiguration;
  /** The model of runs that name none. */
  model: string | undefined;
  credentials: Map<string, Credential>;
  /** The servers that are authorized, by the name of their credential. */
  authorized: Map<string, { url: string; auth: OAuthOptions }>;
  models: Map<string, ModelFunction>;
  processes: Map<string, LocalServer>;
}

export function configured(options: TroupeOptions): Configured {
  const { providers = {}, servers = {}, tools = [], model, catalog, specialisations, learning } = options;
  const made: Configured = {
    wire: {
      providers: {},
      servers: {},
      tools: [],
      ...(catalog && { catalog }),
      ...(specialisations && { specialisations }),
      ...(learning && { learning }),
    },
    model: model ?? Object.keys(providers)[0],
    credentials: new Map(),
    authorized: new Map(),
    models: new Map(),
    processes: new Map(),
  };
  for (const [name, provider] of Object.entries(providers))
    made.wire.providers[name] = wireProvider(name, provider, made);
  for (const [name, server] of Object.entries(servers))
    made.wire.servers[name] = wireServer(name, server, made);
  for (const {
    name,
    description,
    input,
    readOnly = false,
    destructive = false,
    idempotent = false,
  } of tools) {
    if (made.wire.tools.some((other) => other.name === name)) {
      throw new TroupeError("invalid_input", `There are two tools "${name}".`);
    }
    made.wire.tools.push({ name, description, input, read_only: readOnly, destructive, idempotent });
  }
  return made;
}

function wireProvider(name: string, provider: Provider, made: Configured): WireProvider {
  if (provider.type === "offline") return { type: "offline" };
  if ("call" in provider) {
    made.models.set(name, provider.call);
    const { model = name, stream = false } = provider;
    return { type: "openai", url: `call:${name}`, model, stream, ...common(provider) };
  }
  if (provider.type !== undefined && provider.type !== "openai") {
    throw new TroupeError(
      "invalid_input",
      `The provider "${name}" has the type "${String((provider as Provider).type)}"; there are "openai", "function" (with "call") and "offline".`,
    );
  }
  const {
    url = "https://api.openai.com/v1",
    model,
    stream = true,
    apiKey,
    headers,
  }: OpenAiProvider = provider;
  const credential = keep(`provider ${name}`, credentialOf(apiKey, headers), made);
  return { type: "openai", url, stream, ...credential, ...(model && { model }), ...common(provider) };
}

function common({ timeoutMs, prices }: { timeoutMs?: number; prices?: Prices }): {
  timeout_ms?: number;
  prices?: never;
} {
  return {
    ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }),
    ...(prices && { prices: nanoPrices(prices) as never }),
  };
}

/** Dollars per million tokens are nano-dollars a token by a thousand. */
function nanoPrices(prices: Prices): object {
  const nano: Record<string, object> = {};
  for (const [model, price] of Object.entries(prices)) {
    nano[model] = Object.fromEntries(
      Object.entries(price).map(([kind, usd]) => [kind, Math.round(usd * 1000)]),
    );
  }
  return nano;
}

function wireServer(name: string, server: Server, made: Configured): WireServer {
  const { description, era, timeoutMs } = server;
  const rest = {
    ...(description !== undefined && { description }),
    ...(era && { era }),
    ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }),
  };
  if ("command" in server) {
    made.processes.set(name, server);
    return { type: "stdio", ...rest };
  }
  const { url, token, auth, headers } = server;
  if (!auth) return { type: "http", url, ...keep(name, credentialOf(token, headers), made), ...rest };
  if (
    token !== undefined ||
    Object.keys(headers ?? {}).some((key) => key.toLowerCase() === "authorization")
  ) {
    throw new TroupeError(
      "invalid_input",
      `The server "${name}" has a token and "auth": give it one of them.`,
    );
  }
  // The engine names the credential when it sends, and so says which server's authorization a request needs.
  made.authorized.set(name, { url, auth });
  return { type: "http", url, ...keep(name, headers ?? {}, made), ...rest };
}

function keep(name: string, credential: Credential | undefined, made: Configured): { credential?: string } {
  if (!credential) return {};
  made.credentials.set(name, credential);
  return { credential: name };
}

/** A run's options in the engine's words. What is undefined is left out when it becomes JSON. */
export function wireOptions(options: RunOptions, model: string | undefined): WireOptions {
  const { instruction, servers, tools, pattern, agents, settings, prompts } = options;
  const wire = wireChanges(options);
  wire.model ??= model;
  wire.instruction = instruction;
  wire.servers = servers;
  wire.tools = tools;
  wire.pattern = pattern;
  wire.agents = agents && wireAgents(agents);
  wire.settings = settings && wireSettings(settings);
  wire.prompts = prompts;
  return wire;
}

export function wireChanges({ model, budget, limits, approvals }: RunChanges): WireOptions {
  return {
    model,
    budget: budget && budgetOf(budget),
    limits: limits && {
      turns: limits.turns,
      repeats: limits.repeats,
      result_chars: limits.resultChars,
      parallel: limits.parallel,
    },
    approvals: typeof approvals === "string" ? { default: approvals } : approvals && wireApprovals(approvals),
  };
}

function wireApprovals({ ruleOfTwo, ...rest }: Approvals): WireApprovals {
  return { ...rest, ...(ruleOfTwo !== undefined && { rule_of_two: ruleOfTwo }) };
}
