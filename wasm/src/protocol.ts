// What crosses between host and engine: docs/protocol.md as types, name by name. Bodies travel beside the heads as bytes.

/** The version that this host speaks. The engine refuses another one. */
export const PROTOCOL = 1;

/** The heads of events, from host to engine, by kind. */
export interface Events {
  now: { ms: number };
  configure: { protocol: number; seed: number };
  models: object;
  "run.start": { run: string; seed: string; durable: boolean; watch: boolean; cancelled?: boolean };
  "run.resume": { run?: string; durable: boolean; watch: boolean; cancelled?: boolean };
  "run.replay": { run?: string; watch: boolean };
  "run.fork": {
    cancelled?: boolean;
    run: string;
    parent?: string;
    at: string;
    durable: boolean;
    watch: boolean;
    changes: WireOptions & { result?: unknown };
  };
  "run.watch": { run: string; watch: boolean };
  "run.cancel": { run: string };
  "run.suspend": { run: string };
  "http.reply": { id: number; status: number; headers: Record<string, string> };
  "http.head": { id: number; status: number; headers: Record<string, string> };
  "http.chunk": { id: number };
  "http.end": { id: number };
  "http.failed": { id: number; sentence: string; code?: string };
  "tool.done": { id: number };
  "tool.failed": { id: number; sentence: string };
  "process.line": { id: number };
  "process.log": { id: number };
  "process.exit": { id: number; code?: number; signal?: string; sentence?: string };
  "process.failed": { id: number; sentence: string };
  "ask.answered": { id: number };
  "ask.unanswered": { id: number };
  "journal.appended": { run: string; to: number };
  "journal.failed": { run: string; sentence: string };
  close: object;
  probe: { probe: string; server: string } | { probe: string; provider: string };
  "server.request": { request: string; server: string; method: string };
  "server.forget": { request: string; server: string; open?: number };
}

/** The heads of commands, from engine to host, by kind. */
export interface Commands {
  wake: { at: number; in: number };
  "http.send": {
    id: number;
    method: string;
    url: string;
    headers: Record<string, string>;
    credential?: string;
  };
  "http.abort": { id: number };
  "tool.call": { id: number; run: string; step: string; tool: string; key: string };
  "tool.cancel": { id: number };
  "process.start": { id: number; server: string };
  "process.write": { id: number };
  "process.stop": { id: number };
  ask: { id: number; run: string; step: string };
  "ask.withdraw": { id: number };
  "journal.append": { run: string; at: number; acknowledge?: boolean };
  "notify.entry": { run: string; replayed?: boolean };
  "notify.text": { run: string; step: string };
  "notify.reset": { run: string; step: string };
  "notify.log": { run?: string; server?: string; level: string };
  "run.ended": { run: string };
  "run.suspended": { run: string };
  "run.diverged": { run: string };
  "run.failed": { run: string; code: string; sentence: string };
  "notify.server": { server: string; method: string };
  probed: { probe: string };
  "server.progress": { request: string };
  "server.answered": { request: string };
  error: { code: string; sentence: string; event?: string };
}

type Frames<Heads> = { [Kind in keyof Heads]: { kind: Kind } & Heads[Kind] };

/** An event's head. */
export type EngineEvent = Frames<Events>[keyof Events];
/** A command's head. */
export type Command = Frames<Commands>[keyof Commands];
/** The head of one kind of command. */
export type CommandOf<Kind extends keyof Commands> = Frames<Commands>[Kind];

/** The body of `configure`. Credentials are names; what they stand for stays with the host. */
export interface WireConfiguration {
  providers: Record<string, WireProvider>;
  servers: Record<string, WireServer>;
  tools: WireTool[];
  catalog?: readonly WireKnownServer[];
  specialisations?: readonly { name: string; instruction: string; types?: readonly string[] }[];
  learning?: { state?: { version: number; counts: object } | undefined; observe?: boolean | undefined };
  limits?: {
    runs?: number;
    waiting?: number;
    lines?: Record<string, { concurrent?: number; per_minute?: number; tokens_per_minute?: number }>;
    breaker?: { failures?: number; rest_ms?: number };
  };
  tenants?: Record<string, { weight?: number; budget?: WireBudget; spent?: WireBudget }>;
  pins?: WirePins;
}

/** What tools said of themselves when they were first seen, by server and tool. */
export type WirePins = Record<
  string,
  Record<string, { arguments?: string; description: string; digest: string; hints?: string }>
>;

/** What `status` says: docs/operation.md. */
export interface WireStatus {
  state: "free" | "busy" | "full";
  running: number;
  waiting: number;
  components: {
    component: string;
    state: "unknown" | "healthy" | "degraded" | "down";
    reason: string;
    uses: number;
    failures: number;
    latency_ms: number;
  }[];
  lines: { line: string; serving: number; waiting: number; held_ms: number }[];
  tenants: Record<string, { tokens: number; nano_usd: number; calls: number }>;
}

/** A server that may be recommended. */
export interface WireKnownServer {
  name: string;
  description?: string;
  tools?: readonly { name: string; description?: string }[];
  priority?: number;
}

export type WireProvider =
  | { type: "offline" }
  | { type: "equals"; of: readonly string[] }
  | {
      type: "openai" | "openai-responses" | "anthropic" | "azure" | "google" | "cohere" | "bedrock";
      url: string;
      credential?: string;
      model?: string;
      version?: string;
      most_tokens?: number;
      stream: boolean;
      timeout_ms?: number;
      hedge?: boolean;
      /** Nano-dollars a token. */
      prices?: Record<string, { input: number; cached?: number; written?: number; output: number }>;
      /** What is known of models: docs/providers.md. The body of `models` has it by provider. */
      models?: Record<string, object>;
    };

/** What stands in a model's place when the engine is to choose one. */
export interface WireWish {
  prefer?: string | undefined;
  among?: readonly string[] | undefined;
}

export interface WireServer {
  type: "stdio" | "http";
  description?: string | undefined;
  url?: string | undefined;
  credential?: string | undefined;
  era?: "auto" | "legacy" | "modern" | undefined;
  same_as?: string | undefined;
  timeout_ms?: number | undefined;
  idle_ms?: number | undefined;
  roots?: readonly { uri: string; name?: string }[] | undefined;
  elicitation?: boolean | undefined;
  sampling?: "ask" | "allow" | "deny" | undefined;
  signs_in?: boolean | undefined;
}

/** The body of `server.answered`. */
export type WireServerAnswer =
  | { result: Record<string, unknown> }
  | { input: WireServerInput }
  | { error: { code: number; message: string; data?: unknown } }
  | { failure: { code: string; sentence: string } };

/** What a server wants to know before there is a result: the same request again with it, and the answers, goes on. */
export interface WireServerInput {
  requests: Record<string, { method: string; params: Record<string, unknown> }>;
  server: string;
  state?: unknown;
  open?: number;
  /** The server works on it by itself. */
  task?: string;
  poll_ms?: number;
  sampling?: "allow";
}

export interface WireTool {
  name: string;
  description: string;
  input: object;
  read_only: boolean;
  destructive: boolean;
  idempotent: boolean;
}

export interface WireBudget {
  tokens?: number | undefined;
  nano_usd?: number | undefined;
  calls?: number | undefined;
  ms?: number | undefined;
}

/** The options in the body of `run.start`, and the changes of a fork. */
export interface WireOptions {
  model?: string | WireWish | undefined;
  instruction?: string | undefined;
  servers?: readonly string[] | undefined;
  tools?: readonly string[] | undefined;
  pattern?: string | undefined;
  agents?: readonly WireAgent[] | undefined;
  settings?: WireSettings | undefined;
  prompts?: Readonly<Record<string, string>> | undefined;
  schema?: object | undefined;
  budget?: WireBudget | undefined;
  limits?: WireLimits | undefined;
  approvals?: WireApprovals | undefined;
  fallback?: readonly string[] | undefined;
  hedge?: boolean | undefined;
  tenant?: string | undefined;
  priority?: number | undefined;
  egress?: false | { hosts?: readonly string[] | undefined; private?: boolean | undefined } | undefined;
  confirm?: boolean | { nano_usd?: number; risks?: readonly string[] } | undefined;
}

export interface WireApprovals {
  rules?: readonly {
    tool?: string;
    server?: string;
    risk?: string;
    arguments?: Readonly<Record<string, string>>;
    then: string;
  }[];
  tools?: Readonly<Record<string, string>>;
  default?: string;
  rule_of_two?: false | Readonly<Record<string, readonly string[]>>;
}

/** An agent of a pattern, as `agents` of a run has it and as the step `agents` gives it. */
export interface WireAgent {
  name: string;
  instruction?: string | undefined;
  tools?: readonly string[] | undefined;
  turns?: number | undefined;
  model?: string | WireWish | undefined;
  budget?: WireBudget | undefined;
  role?: string | undefined;
  part?: string | undefined;
  needs?: readonly string[] | undefined;
  types?: readonly string[] | undefined;
  checkpoint?: { question: string; otherwise?: string | undefined } | undefined;
  pattern?: WirePattern | undefined;
}

export interface WirePattern {
  pattern: string;
  agents?: readonly WireAgent[] | undefined;
  settings?: WireSettings | undefined;
}

export interface WireSettings {
  rounds?: number | undefined;
  votes?: number | undefined;
  join?: string | undefined;
  good?: number | undefined;
  criteria?: readonly string[] | undefined;
  handoffs?: number | undefined;
  context_chars?: number | undefined;
}

export interface WireLimits {
  turns?: number | undefined;
  repeats?: number | undefined;
  result_chars?: number | undefined;
  parallel?: number | undefined;
  window?: number | undefined;
  depth?: number | undefined;
}

/** The body of `run.ended`, `run.suspended` and `run.diverged`. */
export interface WireOutcome {
  answer: string;
  value?: unknown;
  stop: {
    reason: string;
    sentence?: string;
    resumable?: boolean;
    error?: WireError;
    recorded?: unknown;
    attempted?: unknown;
  };
  usage: WireUsed & { ms: number; by?: WireBill[] };
  pattern: string;
  missing?: { part: string; why: string }[];
  model: string;
  hash: string;
  lines: number;
  questions?: WireQuestion[];
}

export interface WireUsed {
  input: number;
  output: number;
  cached?: number;
  reasoning?: number;
  calls: number;
  nano_usd: number;
}

/** What an agent used of a model. */
export interface WireBill extends WireUsed {
  agent: string;
  model: string;
  failed?: number;
}

export interface WireError {
  code: string;
  sentence: string;
  causes?: string[];
}

/** The body of `ask`. */
export type WireQuestion =
  | {
      subject: "approval";
      sentence: string;
      tool: string;
      server?: string;
      arguments: Record<string, unknown>;
      hash: string;
      path?: { did: "private" | "untrusted" | "acts"; by: string }[];
    }
  | {
      subject: "budget";
      sentence: string;
      limit: "tokens" | "nano_usd" | "calls" | "ms";
      spent: number;
      allowed: number;
      partial: string;
    }
  | { subject: "in_doubt"; sentence: string; kind: string; args: unknown }
  | {
      subject: "plan";
      sentence: string;
      pattern: string;
      agents: string[];
      tokens: number;
      nano_usd: number;
    }
  | {
      subject: "changed_tools";
      sentence: string;
      changed: { server: string; tool: string; was: string; now: string }[];
    }
  | {
      subject: "elicitation";
      sentence: string;
      message: string;
      mode: "form" | "url";
      server: string;
      tool: string;
      schema?: Record<string, unknown>;
      url?: string;
      errors?: string[];
    }
  | {
      subject: "sampling";
      sentence: string;
      server: string;
      tool: string;
      system: string;
      messages: unknown[];
      tools?: unknown[];
    }
  | { subject: "question"; sentence: string };

/** The body of `notify.entry`: a line of the journal after its header. */
export interface WireEntry {
  n: number;
  at: number;
  kind: string;
  state?: "begun" | "done" | "failed";
  step?: string;
  key?: string;
  args?: unknown;
  value?: unknown;
  error?: WireError;
  prev: string;
}
