// What the engine thinks of a task, without running it: analysis, strategy, servers, agents, and what it learns.
import { TroupeError } from "./errors.js";
import type { Budget, ModelChoice } from "./options.js";
import { budgetOf } from "./questions.js";

export type TaskType =
  | "information_retrieval"
  | "content_creation"
  | "data_analysis"
  | "file_operations"
  | "web_automation"
  | "code_development"
  | "project_management"
  | "research"
  | "communication"
  | "reasoning"
  | "unclear";
export type Complexity = "simple" | "moderate" | "complex" | "expert";
export type Shape = "single" | "chain" | "parallel" | "dag";
/** `read_only` stands alone. */
export type Risk = "read_only" | "writes" | "destructive" | "spends_money" | "speaks_to_others";
export type PatternName =
  "direct" | "chain" | "parallel" | "router" | "orchestrator" | "swarm" | "evaluator_optimizer";
/** What tools a task needs. */
export type Capability =
  | "file.read"
  | "file.write"
  | "file.delete"
  | "web.fetch"
  | "web.search"
  | "sql.query"
  | "sql.write"
  | "browser.act"
  | "code.repository"
  | "code.run"
  | "mail.read"
  | "mail.send"
  | "chat.send"
  | "calendar.read"
  | "calendar.write"
  | "tickets.read"
  | "tickets.write"
  | "docs.read"
  | "docs.write"
  | "sheet.read"
  | "sheet.write"
  | "image.make"
  | "image.read"
  | "audio.read"
  | "maps"
  | "weather"
  | "finance.read"
  | "payment"
  | "crm.read"
  | "crm.write"
  | "cloud.manage"
  | "monitoring.read"
  | "social.post"
  | "memory"
  | "time"
  | "translation";

/** A part of the task's text, as `text.slice(begin, end)` counts. */
export type Span = [begin: number, end: number];

/** What a task asks for. Probabilities are in thousandths; what has none is left out. */
export interface Analysis {
  /** The text that was analysed. */
  task: string;
  type: TaskType;
  complexity: Complexity;
  shape: Shape;
  /** Cautious: what is flagged may do this. */
  risk: Risk[];
  /** Which pattern such tasks are best worked on by; `decide` weighs more than the text. */
  pattern: PatternName;
  /** Whether it needs a tool at all. */
  server: boolean;
  capabilities: Capability[];
  /** Of tools, look-ups and pieces of writing. A `most` of 20 means "or more". */
  steps: { least: number; likely: number; most: number };
  probability: {
    type: Partial<Record<TaskType, number>>;
    complexity: Partial<Record<Complexity, number>>;
    shape: Partial<Record<Shape, number>>;
    risk: Partial<Record<Risk, number>>;
    pattern: Partial<Record<PatternName, number>>;
    server: number;
    /** Of those that are at all likely, from 50 on. */
    capability: Partial<Record<Capability, number>>;
  };
  /** What the text names: paths, URLs, addresses, quotations, numbers, sums, dates, repositories, identifiers, names; 64 at most. */
  things: {
    kind:
      | "path"
      | "url"
      | "address"
      | "quotation"
      | "number"
      | "amount"
      | "date"
      | "repository"
      | "identifier"
      | "name";
    span: Span;
    text: string;
  }[];
  /** The parts that each ask for one thing, and the numbers of those that a part needs; 64 at most. */
  clauses: { span: Span; needs: number[] }[];
  /** Words that speak for a verdict, or (negative) against it: natural logarithms of odds, in thousandths. */
  evidence: { about: string; verdict: string; span: Span; weight: number }[];
}

/** A pattern, how good it would be for a task, and what it would take. */
export interface PatternOption {
  pattern: PatternName;
  /** In thousandths; those of all patterns add up to 1,000. */
  score: number;
  reasons: string[];
  agents: number;
  /** Replies of models and calls of tools. */
  steps: number;
  tokens: number;
  nano_usd: number;
  ms: number;
  /** Whether the budget allows it. */
  affordable: boolean;
}

/** How to work on a task. */
export interface Strategy {
  pattern: PatternName;
  /** All seven, in the order in which they are to be tried. */
  options: PatternOption[];
  /** What is worth its price before the work begins: nothing, a question to the user, or a plan by a model. */
  first: "nothing" | "ask_user" | "plan";
  first_reason?: string;
  /** The servers that it needs, of those that are known. */
  servers: string[];
  model: string;
}

/** A server that fits a task. */
export interface Recommendation {
  server: string;
  /** In thousandths: how much of what the task asks for the server speaks of. */
  relevance: number;
  /** Words of the task that it answers to. */
  because: string[];
  /** Its tools that fit best. */
  tools: string[];
}

/** How many servers, at most 100 (default: 5), and whether they are to cover the task together, and not each by itself. */
export interface RecommendOptions {
  limit?: number;
  cover?: boolean;
}

/** An agent as it would be made for a task. */
export interface AgentPlan {
  name: string;
  specialisation: string;
  instruction: string;
  /** The tools that it needs, and no others. */
  tools: string[];
  model: string;
  /** At most. */
  turns: number;
  /** What it does for the pattern: `planner`, `synthesiser`, `router`, `evaluator`; empty: the work. */
  role: string;
  /** Of the task, as its words say; empty: the whole. */
  part: string;
  /** The agents whose results it is told. */
  needs: string[];
  /** The types of tasks that a router sends to it without asking a model. */
  types: TaskType[];
  reasons: string[];
}

/** A kind of agent of the application's own. */
export interface Specialisation {
  name: string;
  /** How such an agent works. */
  instruction: string;
  /** The types of tasks that it is chosen for. */
  types?: readonly TaskType[];
}

/** What was done, and how: to be rated. */
export interface Rated {
  task: string;
  pattern?: string;
  agent?: string;
  model?: string;
}

/** A server that may be recommended, whether or not it is configured. */
export interface KnownServer {
  name: string;
  description?: string;
  tools?: readonly { name: string; description?: string }[];
  /** Among equals the higher one comes first. */
  priority?: number;
}

/** What was learned from outcomes. Plain JSON: keep it, move it; `troupe.learn` merges it into what another learned. */
export interface LearnedState {
  version: 1;
  /** By kind of task and choice: the sum of rewards and the number of outcomes, both in thousandths. */
  counts: Record<string, Record<string, [reward: number, outcomes: number]>>;
}

/** What a decision may take into account beside the task. */
export interface DecideOptions {
  budget?: Budget;
  model?: string;
  /** 16 hexadecimal digits: fixes the draw among what is uncertain. */
  seed?: string;
}

interface Refusal {
  error?: { code: string; sentence: string };
}

/** What `json` says; throws if it says that something was wrong. */
export function judged<T>(json: string): T {
  const answer = JSON.parse(json) as T & Refusal;
  if (answer.error === undefined) return answer;
  throw new TroupeError(answer.error.code, answer.error.sentence);
}

/** An analysis as `analyze` gives it, or one that an application changed. */
function onlyAnalysis(given: unknown): void {
  if (typeof given === "object" && given !== null && typeof (given as { task?: unknown }).task === "string")
    return;
  throw new TroupeError("invalid_input", "What is decided on is a task, a text, or its analysis.");
}

/** The request of `decide` and `create_agents`. `own`: the model of runs that name none. */
export function requestOf(
  task: string | Analysis,
  options: DecideOptions,
  own: ModelChoice | undefined,
): string {
  const { budget, seed, model = typeof own === "string" && own !== "auto" ? own : undefined } = options;
  if (typeof task !== "string") onlyAnalysis(task);
  const about = typeof task === "string" ? { task } : { task: task.task, analysis: task };
  return JSON.stringify({ ...about, model, seed, ...(budget && { budget: budgetOf(budget) }) });
}

/** All that the engine would do with a task, before it does any of it. */
export interface Plan {
  analysis: Analysis;
  /** Its first option is what would be tried first, with what it is likely to take. */
  strategy: Strategy;
  servers: Recommendation[];
  agents: AgentPlan[];
}
