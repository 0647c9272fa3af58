// The names of all options: what is not among them is refused.
import type { Names } from "./names.js";
import type {
  Approvals,
  Attendance,
  Budget,
  Confirm,
  ForkOptions,
  LineLimits,
  Limits,
  Provider,
  ResumeOptions,
  RunOptions,
  SharedLimits,
  Tenant,
  TroupeOptions,
} from "./options.js";
import type { Agent, PatternOptions, PatternSettings } from "./patterns.js";
import type { Rated, RecommendOptions } from "./judgement.js";
import type { ServerDefinition, ServerToolDefinition } from "./server/define.js";
import type { LocalServer, RemoteServer, ServerAsks } from "./server-options.js";
import type { Tool, ToolDefinition } from "./tool.js";

export const TROUPE: Names<TroupeOptions> = {
  providers: true,
  model: true,
  models: true,
  servers: true,
  tools: true,
  catalog: true,
  specialisations: true,
  learning: true,
  limits: true,
  tenants: true,
  pins: true,
  journal: true,
  approve: true,
  ask: true,
  log: true,
  fetch: true,
  clock: true,
  wasm: true,
};

const ATTENDANCE: Names<Attendance> = { approve: true, ask: true, signal: true };

export const RESUME: Names<ResumeOptions> = { ...ATTENDANCE, schema: true };

export const FORK: Names<ForkOptions> = {
  ...RESUME,
  at: true,
  result: true,
  id: true,
  model: true,
  budget: true,
  limits: true,
  approvals: true,
};

export const RUN: Names<RunOptions> = {
  model: true,
  pattern: true,
  instruction: true,
  servers: true,
  tools: true,
  budget: true,
  limits: true,
  approvals: true,
  confirm: true,
  egress: true,
  agents: true,
  settings: true,
  prompts: true,
  schema: true,
  jsonSchema: true,
  fallback: true,
  hedge: true,
  tenant: true,
  priority: true,
  approve: true,
  ask: true,
  signal: true,
  id: true,
  seed: true,
};

export const AGENT: Names<Agent> = {
  name: true,
  instruction: true,
  tools: true,
  turns: true,
  model: true,
  budget: true,
  role: true,
  part: true,
  needs: true,
  types: true,
  checkpoint: true,
  pattern: true,
};

export const SETTINGS: Names<PatternSettings> = {
  rounds: true,
  votes: true,
  join: true,
  good: true,
  criteria: true,
  handoffs: true,
  contextChars: "context_chars",
};

export const PATTERN: Names<PatternOptions> = { pattern: true, agents: true, settings: true };

export const TOOL: Names<Tool & ToolDefinition<unknown, never>> = {
  name: true,
  description: true,
  input: true,
  jsonSchema: true,
  schema: true,
  readOnly: true,
  destructive: true,
  idempotent: true,
  run: true,
};

export const RECOMMEND: Names<RecommendOptions> = { limit: true, cover: true };
export const RATED: Names<Rated> = { task: true, pattern: true, agent: true, model: true };

export const SERVER_PARTS: Names<ServerDefinition> = {
  name: true,
  version: true,
  instructions: true,
  tools: true,
  resources: true,
  prompts: true,
  origins: true,
};

export const SERVER_TOOL: Names<ServerToolDefinition> = {
  name: true,
  title: true,
  description: true,
  input: true,
  jsonSchema: true,
  output: true,
  readOnly: true,
  destructive: true,
  idempotent: true,
  run: true,
};

export const BUDGET: Names<Budget> = { usd: "nano_usd", tokens: true, calls: true, ms: true };

export const CONFIRM: Names<Confirm> = { usd: true, risks: true };

export const LIMITS: Names<Limits> = {
  turns: true,
  repeats: true,
  resultChars: "result_chars",
  parallel: true,
  window: true,
  depth: true,
};

export const APPROVALS: Names<Approvals> = {
  default: true,
  tools: true,
  rules: true,
  ruleOfTwo: "rule_of_two",
};

export const LINE: Names<LineLimits> = {
  concurrent: true,
  perMinute: "per_minute",
  tokensPerMinute: "tokens_per_minute",
};

export const SHARED: Names<SharedLimits> = {
  runs: true,
  waiting: true,
  providers: true,
  servers: true,
  tools: true,
  breaker: true,
};

export const TENANT: Names<Tenant> = { weight: true, budget: true, spent: true };

export const PROVIDER: Names<Provider> = {
  type: true,
  url: true,
  apiKey: true,
  headers: true,
  model: true,
  stream: true,
  maxTokens: true,
  timeoutMs: true,
  prices: true,
  hedge: true,
  version: true,
  region: true,
  sign: true,
  call: true,
  of: true,
};

export const ASKS: Names<ServerAsks> = { elicitation: true, sampling: true, roots: true };

export const SERVER: Names<LocalServer | RemoteServer> = {
  command: true,
  args: true,
  env: true,
  cwd: true,
  url: true,
  token: true,
  auth: true,
  headers: true,
  description: true,
  era: true,
  timeoutMs: true,
  idleMs: true,
  sameAs: true,
  asks: true,
};
