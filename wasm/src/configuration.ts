// The application's options as the engine hears them, and what stays here: secrets, functions, command lines.
import { wireAgents, wireSettings } from "./patterns.js";
import { TroupeError } from "./errors.js";
import { type Credential, credentialOf } from "./host/secrets.js";
import type { ModelFunction } from "./model.js";
import type {
  Approvals,
  Confirm,
  LocalServer,
  OpenAiProvider,
  Prices,
  Provider,
  RunChanges,
  RunOptions,
  Server,
  SharedLimits,
  Tenant,
  TroupeOptions,
} from "./options.js";
import type { WireApprovals, WireConfiguration, WireOptions, WireProvider, WireServer } from "./protocol.js";
import { budgetOf } from "./questions.js";

export interface Configured {
  wire: WireConfiguration;
  /** The model of runs that name none. */
  model: string | undefined;
  credentials: Map<string, Credential>;
  models: Map<string, ModelFunction>;
  processes: Map<string, LocalServer>;
}

export function configured(options: TroupeOptions): Configured {
  const { providers = {}, servers = {}, tools = [], model, catalog, specialisations, learning } = options;
  const { limits, tenants, pins } = options;
  const made: Configured = {
    wire: {
      providers: {},
      servers: {},
      tools: [],
      ...(catalog && { catalog }),
      ...(specialisations && { specialisations }),
      ...(learning && { learning }),
      ...(limits && { limits: wireShared(limits) }),
      ...(tenants && { tenants: wireTenants(tenants) }),
      ...(pins && { pins }),
    },
    model: model ?? Object.keys(providers)[0],
    credentials: new Map(),
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
  if (provider.type === "equals") return { type: "equals", of: provider.of };
  if ("call" in provider) {
    made.models.set(name, provider.call);
    const { model = name, stream = false } = provider;
    return { type: "openai", url: `call:${name}`, model, stream, ...common(provider) };
  }
  if (provider.type !== undefined && provider.type !== "openai") {
    throw new TroupeError(
      "invalid_input",
      `The provider "${name}" has the type "${String((provider as Provider).type)}"; there are "openai", "function" (with "call"), "equals" and "offline".`,
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
  const { description, era, timeoutMs, sameAs } = server;
  const rest = {
    ...(description !== undefined && { description }),
    ...(era && { era }),
    ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }),
    ...(sameAs !== undefined && { same_as: sameAs }),
  };
  if ("command" in server) {
    made.processes.set(name, server);
    return { type: "stdio", ...rest };
  }
  return {
    type: "http",
    url: server.url,
    ...keep(name, credentialOf(server.token, server.headers), made),
    ...rest,
  };
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
  wire.fallback = options.fallback;
  wire.tenant = options.tenant;
  wire.priority = options.priority;
  wire.egress = options.egress;
  wire.confirm = options.confirm && wireConfirm(options.confirm);
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
      window: limits.window,
      depth: limits.depth,
    },
    approvals: typeof approvals === "string" ? { default: approvals } : approvals && wireApprovals(approvals),
  };
}

function wireConfirm(confirm: Confirm | true): Exclude<WireOptions["confirm"], undefined> {
  if (confirm === true) return true;
  const { usd, risks } = confirm;
  return { ...(usd !== undefined && { nano_usd: Math.round(usd * 1e9) }), ...(risks && { risks }) };
}

function wireShared(limits: SharedLimits): NonNullable<WireConfiguration["limits"]> {
  const { runs, waiting, breaker, providers = {}, servers = {}, tools = {} } = limits;
  const lines: Record<string, object> = {};
  for (const [kind, named] of [
    ["provider", providers],
    ["server", servers],
    ["tool", tools],
  ] as const)
    for (const [name, { concurrent, perMinute, tokensPerMinute }] of Object.entries(named))
      lines[`${kind} ${name}`] = {
        ...(concurrent !== undefined && { concurrent }),
        ...(perMinute !== undefined && { per_minute: perMinute }),
        ...(tokensPerMinute !== undefined && { tokens_per_minute: tokensPerMinute }),
      };
  return {
    ...(runs !== undefined && { runs }),
    ...(waiting !== undefined && { waiting }),
    ...(breaker && {
      breaker: {
        ...(breaker.failures !== undefined && { failures: breaker.failures }),
        ...(breaker.restMs !== undefined && { rest_ms: breaker.restMs }),
      },
    }),
    lines,
  };
}

function wireTenants(tenants: Readonly<Record<string, Tenant>>): NonNullable<WireConfiguration["tenants"]> {
  return Object.fromEntries(
    Object.entries(tenants).map(([name, { weight, budget, spent }]) => [
      name,
      {
        ...(weight !== undefined && { weight }),
        ...(budget && { budget: budgetOf(budget) }),
        ...(spent && { spent: budgetOf(spent) }),
      },
    ]),
  );
}

function wireApprovals({ ruleOfTwo, ...rest }: Approvals): WireApprovals {
  return { ...rest, ...(ruleOfTwo !== undefined && { rule_of_two: ruleOfTwo }) };
}
