// The application's options as the engine hears them, and what stays here: secrets, functions, command lines.
import { keep, onlyAddress } from "./addresses.js";
import { modelsOf, nanoPrice, wireFacts } from "./catalogue/catalogue.js";
import type { ModelFacts } from "./catalogue/facts.js";
import { patternName, wireAgents, wireSettings } from "./patterns.js";
import { TroupeError } from "./errors.js";
import { type Credential, credentialOf } from "./host/secrets.js";
import type { ModelFunction } from "./model.js";
import type { OAuthOptions } from "./auth/options.js";
import type {
  AzureProvider,
  BedrockProvider,
  Confirm,
  ModelChoice,
  OpenAiProvider,
  Prices,
  Provider,
  RunChanges,
  RunOptions,
  SharedLimits,
  Sign,
  Tenant,
  TroupeOptions,
  VendorProvider,
} from "./options.js";
import type { InProcessServer, LocalServer, PortServer } from "./server-options.js";
import type { WireConfiguration, WireOptions, WireProvider } from "./protocol.js";
import { onlyStore } from "./journals/store.js";
import { onlyKnown, onlyKnownLines } from "./known-names.js";
import { attended, isObject, onlyNames, renamed } from "./names.js";
import { APPROVALS, CONFIRM, LIMITS, LINE, PROVIDER, RUN, SHARED, TENANT, TROUPE } from "./option-names.js";
import { budgetOf, nanoOf } from "./questions.js";
import { jsonSchemaOf } from "./schema.js";
import { type Tool, toolOf } from "./tool.js";
import { wireServer } from "./wire-servers.js";

export interface Configured {
  wire: WireConfiguration;
  tools: Tool[];
  /** The model of runs that name none. */
  model: ModelChoice | undefined;
  credentials: Map<string, Credential>;
  /** The servers that are authorized, by the name of their credential. */
  authorized: Map<string, { url: string; auth: OAuthOptions }>;
  /** By the credential's name. */
  signers: Map<string, Sign>;
  models: Map<string, ModelFunction>;
  processes: Map<string, LocalServer>;
  peers: Map<string, InProcessServer | PortServer>;
}

/** Throws `invalid_input` where something does not fit. */
export function configured(options: TroupeOptions): Configured {
  const misplaced = Object.keys(options ?? {}).find(
    (name) => !Object.hasOwn(TROUPE, name) && Object.hasOwn(RUN, name),
  );
  if (misplaced !== undefined) {
    throw new TroupeError(
      "invalid_input",
      `"${misplaced}" is an option of a run: troupe.run(task, { ${misplaced} }).`,
    );
  }
  attended("createTroupe", options, TROUPE);
  const { providers = {}, servers = {}, tools = [], model, catalog, specialisations, learning } = options;
  const { limits, tenants, pins, journal } = options;
  if (journal !== undefined) onlyStore(journal);
  onlyByName("providers", providers);
  onlyByName("servers", servers);
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
    tools: [],
    model: model ?? Object.keys(providers)[0],
    credentials: new Map(),
    authorized: new Map(),
    signers: new Map(),
    models: new Map(),
    processes: new Map(),
    peers: new Map(),
  };
  for (const name of Object.keys(options.models ?? {})) {
    if (!Object.hasOwn(providers, name))
      throw new TroupeError("invalid_input", `There is no provider "${name}" for the models that are given.`);
  }
  for (const [name, provider] of Object.entries(providers))
    made.wire.providers[name] = withModels(wireProvider(name, provider, made), options.models?.[name]);
  for (const [name, server] of Object.entries(servers))
    made.wire.servers[name] = wireServer(name, server, made);
  if (model !== undefined) onlyModel('The option "model"', model, providers);
  if (!Array.isArray(tools))
    throw new TroupeError("invalid_input", 'The option "tools" must be a list of tools.');
  for (const given of tools) {
    const tool = toolOf(given);
    const { name, description, input, readOnly = false, destructive = false, idempotent = false } = tool;
    if (made.tools.some((other) => other.name === name)) {
      throw new TroupeError("invalid_input", `There are two tools "${name}".`);
    }
    made.tools.push(tool);
    made.wire.tools.push({ name, description, input, read_only: readOnly, destructive, idempotent });
  }
  if (limits) onlyKnownLines(limits, made);
  return made;
}

function onlyByName(option: string, given: unknown): void {
  if (!isObject(given))
    throw new TroupeError(
      "invalid_input",
      `The option "${option}" must be an object with ${option} by name.`,
    );
}

/** Throws where the provider is not configured: every run would fail. */
function onlyModel(whose: string, model: ModelChoice, providers: object): void {
  const wanted = typeof model === "string" ? (model === "auto" ? [] : [model]) : (model.among ?? []);
  for (const each of wanted) {
    const [name = ""] = String(each).split(":");
    if (name === "offline" || Object.hasOwn(providers, name)) continue;
    const known = [...Object.keys(providers), "offline"].join(", ");
    throw new TroupeError(
      "invalid_input",
      `${whose} is ${JSON.stringify(each)}, and there is no provider "${name}". There are: ${known}.`,
    );
  }
}

function wireProvider(name: string, provider: Provider, made: Configured): WireProvider {
  onlyNames(`The provider "${name}"`, provider, PROVIDER);
  if (name === "offline" && provider.type !== "offline")
    throw new TroupeError(
      "invalid_input",
      '"offline" is the rule-based model that is always there: give your provider another name.',
    );
  if ("call" in provider && typeof provider.call !== "function")
    throw new TroupeError("invalid_input", `The provider "${name}" needs a function as "call".`);
  if (provider.type === "offline") return { type: "offline" };
  if (provider.type === "equals") return { type: "equals", of: provider.of };
  if ("call" in provider) {
    made.models.set(name, provider.call);
    const { model = name, stream = false } = provider;
    return { type: "openai", url: `call:${name}`, model, stream, ...common(provider) };
  }
  return remoteProvider(name, provider, made);
}

/** Tells the engine what is known of the provider's models. */
function withModels(wire: WireProvider, own: Readonly<Record<string, ModelFacts>> | undefined): WireProvider {
  if (!("url" in wire)) return wire;
  const named = [...(wire.model ? [wire.model] : []), ...Object.keys(wire.prices ?? {})];
  const found = Object.entries(modelsOf(wire, named, own));
  if (found.length === 0) return wire;
  return { ...wire, models: Object.fromEntries(found.map(([id, facts]) => [id, wireFacts(facts)])) };
}

const MODEL_APIS = "anthropic, azure, bedrock, cohere, google, openai and openai-responses";

/** Where each vendor's API begins, and the header that takes its key; none: `Authorization: Bearer`. */
const VENDORS: Record<NonNullable<RemoteType["type"]>, { url?: string; header?: string }> = {
  openai: { url: "https://api.openai.com/v1" },
  "openai-responses": { url: "https://api.openai.com/v1" },
  anthropic: { url: "https://api.anthropic.com/v1", header: "x-api-key" },
  google: { url: "https://generativelanguage.googleapis.com/v1beta", header: "x-goog-api-key" },
  cohere: { url: "https://api.cohere.com/v2" },
  azure: { header: "api-key" },
  bedrock: {},
};

type RemoteType = OpenAiProvider | VendorProvider | AzureProvider | BedrockProvider;

function remoteProvider(name: string, provider: RemoteType, made: Configured): WireProvider {
  const { type = "openai", model, stream = true, apiKey, headers, maxTokens } = provider;
  const vendor = Object.hasOwn(VENDORS, type) ? VENDORS[type] : undefined;
  if (vendor === undefined) {
    throw new TroupeError(
      "invalid_input",
      `The provider "${name}" has the type "${String(type)}"; there are ${MODEL_APIS}, "function" (with "call"), "equals" and "offline".`,
    );
  }
  const region =
    "region" in provider ? `https://bedrock-runtime.${provider.region}.amazonaws.com` : undefined;
  const url = provider.url ?? region ?? vendor.url;
  if (url === undefined)
    throw new TroupeError("invalid_input", `The provider "${name}" needs the "url" of your resource.`);
  onlyAddress(`The provider "${name}"`, url);
  const keys =
    vendor.header === undefined || apiKey === undefined
      ? credentialOf(apiKey, headers)
      : { ...headers, [vendor.header]: apiKey };
  const credential = keep(`provider ${name}`, keys, made);
  if ("sign" in provider && provider.sign) {
    credential.credential ??= `provider ${name}`;
    made.signers.set(credential.credential, provider.sign);
  }
  return {
    type,
    url,
    stream,
    ...credential,
    ...(model && { model }),
    ...(maxTokens !== undefined && { most_tokens: maxTokens }),
    ...("version" in provider && provider.version !== undefined && { version: provider.version }),
    ...common(provider),
  };
}

function common({ timeoutMs, prices, hedge }: Pick<RemoteType, "timeoutMs" | "prices" | "hedge">): {
  timeout_ms?: number;
  prices?: never;
  hedge?: boolean;
} {
  return {
    ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }),
    ...(prices && { prices: nanoPrices(prices) as never }),
    ...(hedge !== undefined && { hedge }),
  };
}

function nanoPrices(prices: Prices): object {
  return Object.fromEntries(Object.entries(prices).map(([model, price]) => [model, nanoPrice(price)]));
}

/** A run's options in the engine's words. What is undefined is left out when it becomes JSON. Throws as `renamed` does. */
export function wireOptions(options: RunOptions, config: Configured): WireOptions {
  attended("A run", options, RUN);
  const { instruction, servers, tools, pattern, agents, settings, prompts } = options;
  const wire = wireChanges(options, config);
  wire.model ??= config.model;
  wire.instruction = instruction;
  wire.servers = servers;
  wire.tools = tools;
  wire.pattern = pattern && patternName(pattern);
  wire.agents = agents && wireAgents(agents);
  wire.settings = settings && wireSettings(settings);
  wire.prompts = prompts;
  const form = options.jsonSchema ?? options.schema;
  wire.schema = form === undefined ? undefined : jsonSchemaOf("the answer", form);
  wire.fallback = options.fallback;
  wire.hedge = options.hedge;
  wire.tenant = options.tenant;
  wire.priority = options.priority;
  wire.egress = options.egress;
  wire.confirm = options.confirm && wireConfirm(options.confirm);
  return wire;
}

export function wireChanges(options: RunChanges, config: Configured): WireOptions {
  const { model, budget, limits, approvals } = options;
  const wire: WireOptions = {
    model,
    budget: budget && budgetOf(budget),
    limits: limits && renamed('The option "limits"', limits, LIMITS),
    approvals:
      typeof approvals === "string"
        ? { default: approvals }
        : approvals && renamed('The option "approvals"', approvals, APPROVALS),
  };
  onlyKnown(options, config);
  return wire;
}

function wireConfirm(confirm: Confirm | true): Exclude<WireOptions["confirm"], undefined> {
  if (confirm === true) return true;
  onlyNames('The option "confirm"', confirm, CONFIRM);
  const { usd, risks } = confirm;
  return { ...(usd !== undefined && { nano_usd: nanoOf("confirm", usd) }), ...(risks && { risks }) };
}

function wireShared(limits: SharedLimits): NonNullable<WireConfiguration["limits"]> {
  onlyNames('The option "limits"', limits, SHARED);
  const { runs, waiting, breaker, providers = {}, servers = {}, tools = {} } = limits;
  const lines: Record<string, object> = {};
  for (const [kind, named] of [
    ["provider", providers],
    ["server", servers],
    ["tool", tools],
  ] as const)
    for (const [name, line] of Object.entries(named))
      lines[`${kind} ${name}`] = renamed(`The limits of the ${kind} "${name}"`, line, LINE);
  return {
    ...(runs !== undefined && { runs }),
    ...(waiting !== undefined && { waiting }),
    ...(breaker && {
      breaker: renamed('The limit "breaker"', breaker, { failures: true, restMs: "rest_ms" }),
    }),
    lines,
  };
}

function wireTenants(tenants: Readonly<Record<string, Tenant>>): NonNullable<WireConfiguration["tenants"]> {
  return Object.fromEntries(
    Object.entries(tenants).map(([name, tenant]) => {
      onlyNames(`The tenant "${name}"`, tenant, TENANT);
      const { weight, budget, spent } = tenant;
      return [
        name,
        {
          ...(weight !== undefined && { weight }),
          ...(budget && { budget: budgetOf(budget) }),
          ...(spent && { spent: budgetOf(spent) }),
        },
      ];
    }),
  );
}
