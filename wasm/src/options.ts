// What a troupe and its runs are given.
import type { Approve, Ask } from "./questions.js";
import type { JournalStore } from "./journals/store.js";
import type { LogEvent } from "./events.js";
import type { ModelFunction } from "./model.js";
import type { KnownServer, LearnedState, Risk, Specialisation } from "./judgement.js";
import type { ModelCatalogue, ModelPrice } from "./catalogue/facts.js";
import type { JsonSchema, StandardSchema } from "./schema.js";
import type { Server } from "./server-options.js";
import type { Pins } from "./status.js";
import type { Agent, PatternGiven, PatternSettings, PromptName } from "./patterns.js";
import type { GivenTool } from "./tool.js";

/**
 * A secret, or a function that fetches it when a request leaves. It never enters the engine, a journal or a log.
 *
 * @example
 * ```ts
 * import type { Secret } from "troupe";
 *
 * const key: Secret = async () => (await fetch("https://vault.example/key")).text();
 * ```
 */
export type Secret = string | (() => string | Promise<string>);

/** What all vendors' APIs have. */
export interface RemoteProvider {
  /** Where the API begins. Default: the vendor's. */
  url?: string | undefined;
  /** Sent in the header that the vendor wants. */
  apiKey?: Secret | undefined;
  /** Headers of every request. They may hold secrets: they stay with the host, like `apiKey`. */
  headers?: Readonly<Record<string, Secret>> | undefined;
  /** Which model is meant when a run names only the provider. */
  model?: string | undefined;
  /** Whether replies are streamed. Default: true. */
  stream?: boolean | undefined;
  /** Tokens of one reply at most. Default: the vendor's; 8,192 where it has none. */
  maxTokens?: number | undefined;
  /** The longest silence before and within a reply. Default: two minutes. */
  timeoutMs?: number | undefined;
  prices?: Prices | undefined;
  /**
   * When a reply has not begun in the time in which 19 of 20 replies of its model begin, an equal model, or the next that
   * stands in for it, is asked as well, and who begins first answers. Default: false.
   */
  hedge?: boolean | undefined;
}

/** A server with OpenAI's chat completions: OpenAI, Ollama, llama.cpp, vLLM, LM Studio and many more. */
export interface OpenAiProvider extends RemoteProvider {
  type?: "openai" | undefined;
}

/**
 * Another vendor: Anthropic's messages, Google's generateContent (Gemini; for Vertex give the `url` of the publisher and
 * a token as `headers.authorization`), Cohere's chat, OpenAI's Responses.
 */
export interface VendorProvider extends RemoteProvider {
  type: "anthropic" | "google" | "cohere" | "openai-responses";
}

/** Azure OpenAI. The model is the deployment's name. */
export interface AzureProvider extends RemoteProvider {
  type: "azure";
  /** `https://RESOURCE.openai.azure.com`. For an Entra token leave out `apiKey`, and give `headers.authorization`. */
  url: string;
  /** Of the API, such as `2024-10-21`. Default: the newer addresses, which need none. */
  version?: string | undefined;
}

/** Amazon Bedrock. With AWS credentials instead of an API key: `bedrock()` of `troupe/bedrock`. */
export interface BedrockProvider extends RemoteProvider {
  type: "bedrock";
  /** Such as `us-east-1`. */
  region: string;
  /** Signs each request as it leaves: the headers that it adds. */
  sign?: Sign | undefined;
}

/** Gives the headers of a request that is signed: those that it got, and its own. */
export type Sign = (request: {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Uint8Array;
}) => Promise<Record<string, string>>;

/**
 * A model given as a function.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 *
 * const troupe = await createTroupe({
 *   providers: { parrot: { call: (request) => ({ text: `You said: ${request.json().messages.at(-1)?.content}` }) } },
 * });
 * console.log((await troupe.run("Hello")).answer);
 * ```
 */
export interface FunctionProvider {
  type?: "function" | undefined;
  call: ModelFunction;
  /** The name under which it stands in journals. Default: the provider's. */
  model?: string | undefined;
  /** Asks for a streamed reply: for functions that return the `Response` of a server. Default: false. */
  stream?: boolean | undefined;
  timeoutMs?: number | undefined;
  prices?: Prices | undefined;
  /** See {@link RemoteProvider}. */
  hedge?: boolean | undefined;
}

/** The rule-based model that is part of the engine: no key, no network, and no LLM. It is always there as `offline`. */
export interface OfflineProvider {
  type: "offline";
}

/** Models that are as good as one another: each request goes to the one that promises the shortest wait. */
export interface EqualsProvider {
  type: "equals";
  /** `provider:model`, or a provider alone. */
  of: readonly string[];
}

export type Provider =
  | OpenAiProvider
  | VendorProvider
  | AzureProvider
  | BedrockProvider
  | FunctionProvider
  | OfflineProvider
  | EqualsProvider;

/** By model. Where none are given, the catalogue's are taken. */
export type Prices = Readonly<Record<string, ModelPrice>>;

/**
 * Lets the engine choose the model of each step: by what the step needs, then by what is preferred, by what was learned, and
 * by how the models fare at the moment. The others stand in for it, the best first. What was chosen, and why, stands in the
 * journal.
 */
export interface ModelWish {
  /** `cost` and `speed`: among those that are good enough. Default: `balance`, of money and time. */
  prefer?: "balance" | "cost" | "speed" | "quality" | undefined;
  /** `provider:model`, or a provider alone. Default: all that the engine knows of the configured providers. */
  among?: readonly string[] | undefined;
}

/** `provider:model`, a provider alone, or what the engine is to choose by; `"auto"` is a wish that leaves it all to it. */
export type ModelChoice = string | ModelWish;

/** What a run may spend. At a limit it pauses and asks, see `ask`. */
export interface Budget {
  usd?: number | undefined;
  tokens?: number | undefined;
  /** Of models and tools. */
  calls?: number | undefined;
  /** From the run's beginning, or the fork's. It is looked at before each step: one that is under way is not cut off. */
  ms?: number | undefined;
}

export interface Limits {
  /** Turns of one agent. Default: 100. */
  turns?: number | undefined;
  /** Equal turns in a row that count as a loop. Default: 3. */
  repeats?: number | undefined;
  /** How much of a tool's result the model reads at once; it can read on. Default: 20,000. */
  resultChars?: number | undefined;
  /** Tool calls at once. Default: 8. */
  parallel?: number | undefined;
  /** Turns of an agent that may bring nothing new: every call failed, or gave what was known. Default: 10. */
  window?: number | undefined;
  /** Of patterns in patterns. Default: 4. */
  depth?: number | undefined;
}

/** What happens before a tool is called. `auto` asks before what destroys, or writes on a server. */
export type Approval = "allow" | "ask" | "deny";

/** What a tool does, for the rule of two. */
export type Doing = "private" | "untrusted" | "acts";

/** Texts are patterns: `*` stands for any text, `?` for one character. What is left out fits everything. */
export interface ApprovalRule {
  tool?: string | undefined;
  server?: string | undefined;
  risk?: "read_only" | "writes" | "destructive" | undefined;
  /** By the argument's name. A number fits however it is written, `1000` as well as `1000.0`. */
  arguments?: Readonly<Record<string, string | number | boolean>> | undefined;
  then: Approval;
}

export interface Approvals {
  /** The first that fits a call decides. */
  rules?: readonly ApprovalRule[] | undefined;
  /** By the tool's name, after the rules. */
  tools?: Readonly<Record<string, Approval>> | undefined;
  default?: Approval | "auto" | undefined;
  /**
   * A run that has read private data and has read what strangers wrote asks before it acts outside, in whatever order the
   * three come and whatever else is allowed. `false` lifts that; an object says what tools do, by their names, in place of
   * their annotations and words. Tools of the application do what is said here, and nothing else.
   */
  ruleOfTwo?: false | Readonly<Record<string, readonly Doing[]>> | undefined;
}

/** What a run can be told, and a fork from its point on. */
export interface RunChanges {
  /** `provider:model`, a provider alone, `"auto"`, or what is preferred. */
  model?: ModelChoice | undefined;
  budget?: Budget | undefined;
  limits?: Limits | undefined;
  approvals?: Approvals | Approval | "auto" | undefined;
}

/** Where the tools of a run may go, for servers that reach beyond their own walls. */
export interface Egress {
  /** Patterns such as `*.example.com`. Default: every public host. */
  hosts?: readonly string[] | undefined;
  /** Whether private addresses may be reached that the task does not name: localhost, 10.0.0.0/8 and the like. */
  private?: boolean | undefined;
}

/** When a person is asked before a plan is carried out. */
export interface Confirm {
  /** From this estimated cost on. */
  usd?: number | undefined;
  /** When the task seems to be of one of these kinds. */
  risks?: readonly Exclude<Risk, "read_only">[] | undefined;
}

/** Who answers while a run goes on, and how it is stopped. */
export interface Attendance {
  /** Decides on tool calls; see {@link Approve}. Goes before the troupe's. */
  approve?: Approve | undefined;
  /** Answers the other questions; see {@link Ask}. Goes before the troupe's. */
  ask?: Ask | undefined;
  /** Cancels the run. */
  signal?: AbortSignal | undefined;
}

/**
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 *
 * const troupe = await createTroupe();
 * const { answer } = await troupe.run("What is 17 * 3?", { budget: { usd: 0.5, calls: 20 }, limits: { turns: 10 } });
 * console.log(answer);
 * ```
 */
export interface RunOptions<Value = unknown> extends RunChanges, Attendance {
  /**
   * What the answer is to be for a program: `value` of the outcome has this form. JSON Schema of an object, or of one of
   * several kinds of objects; or a schema of a library that follows Standard Schema, which also reads the value, such as zod
   * from 4.2, arktype from 2.1.28, or valibot with `toStandardJsonSchema()`. Models that can are held to it by their vendors; what does not fit is
   * given back to the model with all that is wrong, twice at most. The model sees the schema as JSON Schema: what that cannot
   * say is looked at when the run has ended, see `unfit` of the outcome.
   */
  schema?: StandardSchema<Value> | JsonSchema | undefined;
  /** The same in JSON Schema, for a library that cannot write it: other releases of these, and others. */
  jsonSchema?: JsonSchema | undefined;
  /** How agents work together. Default: `"auto"`, as the engine decides for the task. */
  pattern?: PatternGiven | "auto" | undefined;
  /** Who takes part in the pattern. Default: such as the engine creates for the task. */
  agents?: readonly Agent[] | undefined;
  settings?: PatternSettings | undefined;
  /** Texts that stand in for what the patterns say to models. */
  prompts?: Partial<Record<PromptName, string>> | undefined;
  /** What an agent that works alone is told beside the task. */
  instruction?: string | undefined;
  /** Models that are asked, in this order, when the run's model cannot answer. */
  fallback?: readonly string[] | undefined;
  /** As the providers' `hedge`, for all models of this run. */
  hedge?: boolean | undefined;
  /** `false`: its tools may go anywhere. Default: to every public host. */
  egress?: Egress | false | undefined;
  /** Shows the plan to a person first: always, or when it is dear or risky. Default: never. */
  confirm?: Confirm | boolean | undefined;
  /** On whose account it runs: see `tenants` of the troupe. */
  tenant?: string | undefined;
  /** From 1 to 100: turns that it gets where another run of its tenant gets one. Default: 1. */
  priority?: number | undefined;
  /** The servers that it may use. Default: all. */
  servers?: readonly string[] | undefined;
  /** The tools that it may use. Default: all. */
  tools?: readonly string[] | undefined;
  /** The run's name. Default: made from the time, such as `20261122-215307042-k3f9q2bt`. */
  id?: string | undefined;
  /** 16 hexadecimal digits that all of the run's random numbers follow from. Default: random. */
  seed?: string | undefined;
}

/** How a run goes on. */
export interface ResumeOptions<Value = unknown> extends Attendance {
  /** What reads the value, as in {@link RunOptions}. What models are told of the form stands in the journal. */
  schema?: StandardSchema<Value> | undefined;
}

export interface ForkOptions<Value = unknown> extends RunChanges, ResumeOptions<Value> {
  /** The step from which on it goes another way, such as `"0.3"`. */
  at: string;
  /**
   * What that step gives, instead of being done again. Of a tool: a text, or any JSON that it returned. Of a model: a text,
   * or `{ text, calls }` as the journal has it.
   */
  result?: unknown | undefined;
  /** The new run's name. */
  id?: string | undefined;
}

/** What one provider, server or tool is asked at most, by all runs together. */
export interface LineLimits {
  /** Requests at once. */
  concurrent?: number | undefined;
  perMinute?: number | undefined;
  /** Of models: read and written. */
  tokensPerMinute?: number | undefined;
}

/** What the runs of a troupe share. Without limits nobody waits. */
export interface SharedLimits {
  /** Runs at once; the others wait, and their tenants take turns. */
  runs?: number | undefined;
  /** Runs that may wait; more are refused with `overloaded`. Default: 100,000. */
  waiting?: number | undefined;
  providers?: Readonly<Record<string, LineLimits>> | undefined;
  servers?: Readonly<Record<string, LineLimits>> | undefined;
  /** Of the application, by name. */
  tools?: Readonly<Record<string, LineLimits>> | undefined;
  /** Whoever fails so often in a row is left in peace, first for so long. Default: 5 and 10,000 ms. */
  breaker?: { failures?: number | undefined; restMs?: number | undefined } | undefined;
}

/** An account on which runs go: what it may spend, and how much of the turns it gets. */
export interface Tenant {
  /** From 1 to 1000: its share against that of others. Default: 1. */
  weight?: number | undefined;
  budget?: Omit<Budget, "ms"> | undefined;
  /** What it had spent before: what `status().tenants` said. */
  spent?: Omit<Budget, "ms"> | undefined;
}

/** How a troupe is made. Everything may be left out. */
export interface TroupeOptions {
  /** The models' vendors, by a name of yours. `offline` is always there. */
  providers?: Readonly<Record<string, Provider>> | undefined;
  /** The model of runs that name none. Default: the first provider. */
  model?: ModelChoice | undefined;
  /** What is known of models, over what the catalogue says; `updateModels` of the troupe tells more while it goes on. */
  models?: ModelCatalogue | undefined;
  /** The MCP servers, by a name of yours. */
  servers?: Readonly<Record<string, Server>> | undefined;
  /** Tools that are functions of yours; see `tool`. */
  tools?: readonly GivenTool[] | undefined;
  /** Servers that `recommend` knows beside the configured ones. */
  catalog?: readonly KnownServer[] | undefined;
  /** Kinds of agents beside analyst, creator, researcher, coordinator and specialist. */
  specialisations?: readonly Specialisation[] | undefined;
  /** What was learned before, and whether to use it: `observe` learns and changes no decision. */
  learning?: { state?: LearnedState | undefined; observe?: boolean | undefined } | undefined;
  limits?: SharedLimits | undefined;
  /** By name. Runs of a tenant that is not here have no common budget, and a share of 1. */
  tenants?: Readonly<Record<string, Tenant>> | undefined;
  /** What `pins()` of an earlier troupe gave: tools that say something else since then are held until a person has looked. */
  pins?: Pins | undefined;
  /** Where journals are kept. Without one they are in memory, with the run. */
  journal?: JournalStore | undefined;
  approve?: Approve | undefined;
  ask?: Ask | undefined;
  /** Hears what servers say on stderr, and of retries. */
  log?: ((event: LogEvent) => void) | undefined;
  /** Goes to the network. Default: the host's own `fetch`. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Milliseconds since 1970. Default: the wall clock. */
  clock?: (() => number) | undefined;
  /** The engine itself, where it cannot be found beside the package: a compiled module, its bytes, or a response. */
  wasm?: WasmSource | Promise<WasmSource> | undefined;
}

/** `troupe.wasm` as a `WebAssembly.Module`, as bytes, or as the response to a request for it. */
export type WasmSource = ArrayBuffer | Uint8Array | Response | object;
