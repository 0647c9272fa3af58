// What a troupe and its runs are given.
import type { OAuthOptions } from "./auth/options.js";
import type { Approve, Ask } from "./questions.js";
import type { JournalStore } from "./journals/store.js";
import type { LogEvent } from "./events.js";
import type { ModelFunction } from "./model.js";
import type { KnownServer, LearnedState, Specialisation, PatternName } from "./judgement.js";
import type { Agent, PatternSettings, PromptName } from "./patterns.js";
import type { Tool } from "./tool.js";

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

/** A server with OpenAI's chat completions: OpenAI, Ollama, llama.cpp, vLLM, LM Studio and many more. */
export interface OpenAiProvider {
  type?: "openai";
  /** Where the API begins. Default: `https://api.openai.com/v1`. */
  url?: string;
  /** Sent as `Authorization: Bearer …`. */
  apiKey?: Secret;
  /** Headers of every request. They may hold secrets: they stay with the host, like `apiKey`. */
  headers?: Readonly<Record<string, Secret>>;
  /** Which model is meant when a run names only the provider. */
  model?: string;
  /** Whether replies are streamed. Default: true. */
  stream?: boolean;
  /** The longest silence before and within a reply. Default: two minutes. */
  timeoutMs?: number;
  prices?: Prices;
}

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
  type?: "function";
  call: ModelFunction;
  /** The name under which it stands in journals. Default: the provider's. */
  model?: string;
  /** Asks for a streamed reply: for functions that return the `Response` of a server. Default: false. */
  stream?: boolean;
  timeoutMs?: number;
  prices?: Prices;
}

/** The rule-based model that is part of the engine: no key, no network, and no LLM. It is always there as `offline`. */
export interface OfflineProvider {
  type: "offline";
}

export type Provider = OpenAiProvider | FunctionProvider | OfflineProvider;

/** Dollars per million tokens, by model. */
export type Prices = Readonly<Record<string, { input: number; cached?: number; output: number }>>;

/** An MCP server over streamable HTTP. */
export interface RemoteServer {
  /** What it is good for: by this `recommend` and `decide` find it. */
  description?: string;
  url: string;
  /** Sent as `Authorization: Bearer …`. */
  token?: Secret;
  /** How access is got, when the server demands it: in place of `token`. */
  auth?: OAuthOptions;
  /** Headers of every request. They may hold secrets: they stay with the host, like `token`. */
  headers?: Readonly<Record<string, Secret>>;
  /** Which generation of MCP it speaks: `legacy` up to 2025-11-25, `modern` from 2026-07-28. Default: found out. */
  era?: "auto" | "legacy" | "modern";
  /** The longest silence of one call. Default: one minute. */
  timeoutMs?: number;
}

/** An MCP server as a local process, spoken to over stdio. Node, Deno and Bun only. */
export interface LocalServer {
  /** What it is good for: by this `recommend` and `decide` find it. */
  description?: string;
  command: string;
  args?: readonly string[];
  /** Added to the few variables that every process gets (PATH, HOME and the like). */
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  era?: "auto" | "legacy" | "modern";
  timeoutMs?: number;
}

export type Server = RemoteServer | LocalServer;

/** What a run may spend. At a limit it pauses and asks, see `ask`. */
export interface Budget {
  usd?: number;
  tokens?: number;
  /** Of models and tools. */
  calls?: number;
  ms?: number;
}

export interface Limits {
  /** Turns of one agent. Default: 100. */
  turns?: number;
  /** Equal turns in a row that count as a loop. Default: 3. */
  repeats?: number;
  /** How much of a tool's result the model reads. Default: 20,000. */
  resultChars?: number;
  /** Tool calls at once. Default: 8. */
  parallel?: number;
}

/** What happens before a tool is called. `auto` asks before what destroys, or writes on a server. */
export type Approval = "allow" | "ask" | "deny";

/** What a tool does, for the rule of two. */
export type Doing = "private" | "untrusted" | "acts";

/** Texts are patterns: `*` stands for any text, `?` for one character. What is left out fits everything. */
export interface ApprovalRule {
  tool?: string;
  server?: string;
  risk?: "read_only" | "writes" | "destructive";
  /** By the argument's name. */
  arguments?: Readonly<Record<string, string>>;
  then: Approval;
}

export interface Approvals {
  /** The first that fits a call decides. */
  rules?: readonly ApprovalRule[];
  /** By the tool's name, after the rules. */
  tools?: Readonly<Record<string, Approval>>;
  default?: Approval | "auto";
  /**
   * A run that has read private data and has read what strangers wrote asks before it acts outside, in whatever order the
   * three come and whatever else is allowed. `false` lifts that; an object says what tools do, by their names, where their
   * annotations do not. Tools of the application do what is said here, and nothing else.
   */
  ruleOfTwo?: false | Readonly<Record<string, readonly Doing[]>>;
}

/** What a run can be told, and a fork from its point on. */
export interface RunChanges {
  /** `provider:model`, or a provider alone. */
  model?: string;
  budget?: Budget;
  limits?: Limits;
  approvals?: Approvals | Approval | "auto";
}

/** Who answers while a run goes on, and how it is stopped. */
export interface Attendance {
  /** Decides on tool calls; see {@link Approve}. Goes before the troupe's. */
  approve?: Approve;
  /** Answers the other questions; see {@link Ask}. Goes before the troupe's. */
  ask?: Ask;
  /** Cancels the run. */
  signal?: AbortSignal;
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
export interface RunOptions extends RunChanges, Attendance {
  /** How agents work together. Default: `"auto"`, as the engine decides for the task. */
  pattern?: PatternName | "auto";
  /** Who takes part in the pattern. Default: such as the engine creates for the task. */
  agents?: readonly Agent[];
  settings?: PatternSettings;
  /** Texts that stand in for what the patterns say to models. */
  prompts?: Partial<Record<PromptName, string>>;
  /** What an agent that works alone is told beside the task. */
  instruction?: string;
  /** The servers that it may use. Default: all. */
  servers?: readonly string[];
  /** The tools that it may use. Default: all. */
  tools?: readonly string[];
  /** The run's name. Default: made from the time, such as `20261122-2153-k3f9q2bt`. */
  id?: string;
  /** 16 hexadecimal digits that all of the run's random numbers follow from. Default: random. */
  seed?: string;
}

export interface ForkOptions extends RunChanges, Attendance {
  /** The step from which on it goes another way, such as `"0.3"`. */
  at: string;
  /** What that step gives, instead of being done again. */
  result?: unknown;
  /** The new run's name. */
  id?: string;
}

/** How a troupe is made. Everything may be left out. */
export interface TroupeOptions {
  /** The models' vendors, by a name of yours. `offline` is always there. */
  providers?: Readonly<Record<string, Provider>>;
  /** The model of runs that name none. Default: the first provider. */
  model?: string;
  /** The MCP servers, by a name of yours. */
  servers?: Readonly<Record<string, Server>>;
  /** Tools that are functions of yours; see `tool`. */
  tools?: readonly Tool[];
  /** Servers that `recommend` knows beside the configured ones. */
  catalog?: readonly KnownServer[];
  /** Kinds of agents beside analyst, creator, researcher, coordinator and specialist. */
  specialisations?: readonly Specialisation[];
  /** What was learned before, and whether to use it: `observe` learns and changes no decision. */
  learning?: { state?: LearnedState; observe?: boolean };
  /** Where journals are kept. Without one they are in memory, with the run. */
  journal?: JournalStore;
  approve?: Approve;
  ask?: Ask;
  /** Hears what servers say on stderr, and of retries. */
  log?: (event: LogEvent) => void;
  /** Goes to the network. Default: the host's own `fetch`. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Milliseconds since 1970. Default: the wall clock. */
  clock?: () => number;
  /** The engine itself, where it cannot be found beside the package: a compiled module, its bytes, or a response. */
  wasm?: WasmSource | Promise<WasmSource>;
}

/** `troupe.wasm` as a `WebAssembly.Module`, as bytes, or as the response to a request for it. */
export type WasmSource = ArrayBuffer | Uint8Array | Response | object;
