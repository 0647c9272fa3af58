// What a run tells while it goes on, and in the end.
import type { PatternName } from "./judgement.js";
import type { WireBill, WireEntry, WireError, WireOutcome } from "./protocol.js";
import { type Question, questionOf } from "./questions.js";

/** A model writes. */
export interface TextEvent {
  type: "text";
  step: string;
  text: string;
}

/** What that step wrote so far was given up; it starts anew. */
export interface ResetEvent {
  type: "reset";
  step: string;
}

interface StepBase {
  type: "step";
  /** Its place in the tree of the run's work, such as `"0.3"`. */
  step: string;
  /** Steps with an effect outside are begun, and then done or failed. The others are told when they end. */
  state: "begun" | "done" | "failed";
  /** Milliseconds since 1970. */
  at: number;
  /** Whether it was read from a journal and not done now. */
  replayed: boolean;
  /** Why it failed. */
  error?: Failure;
}

export interface ChatStep extends StepBase {
  kind: "chat";
  agent?: string;
  /** What the model said, when it is done. */
  reply?: {
    text: string;
    calls?: { id: string; name: string; arguments?: Record<string, unknown>; malformed?: string }[];
    finish: string;
    model: string;
    /** `provider:model`, if it was another than the step asked: an equal, or who answered beside it. */
    by?: string;
    usage: { input: number; output: number; cached?: number; reasoning?: number; nano_usd?: number };
  };
}

export interface ToolStep extends StepBase {
  kind: "tool";
  tool: string;
  /** The MCP server that has the tool; none: the application. */
  server?: string;
  arguments?: Record<string, unknown>;
  result?: {
    text: string;
    structured?: unknown;
    failed?: boolean;
    cut_from_bytes?: number;
    /** It is no result yet: the server asks first, or works on as a task. A later step of this tool goes on. */
    input?: { requests: Record<string, { method: string; params?: unknown }>; task?: string };
  };
}

export interface OtherStep extends StepBase {
  kind:
    | "analysis"
    | "strategy"
    | "agents"
    | "route"
    | "recovery"
    | "choice"
    | "window"
    | "search"
    | "tools"
    | "ask"
    | "sleep"
    | "now"
    | "random";
  args?: unknown;
  value?: unknown;
}

export type StepEvent = ChatStep | ToolStep | OtherStep;

/** A person is asked; answer with `run.answer(event.id, …)`. */
export type QuestionEvent = { type: "question"; id: number; step: string } & Question;

/** For people: retries, what a server says on stderr. */
export interface LogEvent {
  type: "log";
  level: string;
  text: string;
  run?: string;
  server?: string;
}

/** The last event of a run. */
export interface EndEvent {
  type: "ended";
  outcome: Outcome;
}

/** What `for await (const event of run)` gives. */
export type RunEvent = TextEvent | ResetEvent | StepEvent | QuestionEvent | LogEvent | EndEvent;

/** A failure inside a run. */
export type Failure = WireError;

/**
 * Why a run stopped. `done` is the good end; with every other reason the answer is what there was so far.
 *
 * - `budget`, `turn_limit`, `repeated_call`, `cancelled`, `failed`: it ended before it was done.
 * - `repeated_reply`, `no_progress`: an agent said the same, learnt nothing new for too long, or said nothing at all.
 * - `cut_off`: the model came to the most that it may write, see `maxTokens`. `blocked`: its vendor held
 *   the answer back, or it refused.
 * - `declined`: a person did not want the plan.
 * - `checkpoint`: a step of a chain was not what the next one needs. `ping_pong`, `handoff_limit`: the agents of a swarm
 *   handed the work over and over.
 * - `approval`, `budget`, `in_doubt`, `plan`, `changed_tools`, `question`, `elicitation`, `sampling` with `resumable`: it
 *   waits for a person, see `questions`.
 * - `suspended`, `journal` with `resumable`: its host stopped it, or could not keep its journal.
 * - `recorded`: a replay came to the end of a journal whose run had not ended.
 * - `diverged`: a replay attempted something else than was recorded.
 */
export interface Stop {
  reason:
    | "done"
    | "budget"
    | "turn_limit"
    | "repeated_call"
    | "repeated_reply"
    | "no_progress"
    | "cut_off"
    | "blocked"
    | "declined"
    | "checkpoint"
    | "ping_pong"
    | "handoff_limit"
    | "cancelled"
    | "failed"
    | "approval"
    | "in_doubt"
    | "question"
    | "elicitation"
    | "sampling"
    | "plan"
    | "changed_tools"
    | "suspended"
    | "journal"
    | "recorded"
    | "diverged";
  sentence?: string;
  /** It only pauses: `troupe.resume` goes on. */
  resumable?: boolean;
  error?: Failure;
  recorded?: unknown;
  attempted?: unknown;
}

/** What was used of models. */
export interface ModelUsage {
  /** Replies that were asked for, failed ones included. */
  calls: number;
  failed: number;
  input: number;
  output: number;
  cached: number;
  reasoning: number;
  usd: number;
}

export interface Usage {
  /** Tokens that models read, cached ones included. */
  input: number;
  /** Tokens that models wrote, reasoning included. */
  output: number;
  cached: number;
  reasoning: number;
  /** Calls of models and tools. */
  calls: number;
  usd: number;
  /** From the start to the end. */
  ms: number;
  /** By `provider:model`. Empty in journals of older releases. */
  byModel: Record<string, ModelUsage>;
  /** By the agent's name. */
  byAgent: Record<string, ModelUsage>;
}

/** What `await run` gives. */
export interface Outcome<Value = unknown> {
  answer: string;
  /**
   * The answer in the form that the run's `schema` asked for, as its library reads it: defaults filled in, transforms applied.
   * `undefined` without a schema, and where the run stopped before.
   */
  value?: Value;
  /** Why there is no value although there is an answer: what the schema demands and JSON Schema cannot say. */
  unfit?: string;
  stop: Stop;
  usage: Usage;
  /** The pattern that gave the answer. */
  pattern: PatternName;
  /** Parts of the work that the answer has to do without, and why. */
  missing: { part: string; why: string }[];
  model: string;
  /** Of the journal's last line, and so of all of it. */
  hash: string;
  /** Of the journal. */
  lines: number;
  /** What the run waits for. */
  questions: Question[];
}

export function outcomeOf(wire: WireOutcome): Outcome {
  const { input, output, cached = 0, reasoning = 0, calls, nano_usd, ms, by = [] } = wire.usage;
  return {
    answer: wire.answer,
    ...(wire.value !== undefined && { value: wire.value }),
    stop: wire.stop as Stop,
    usage: {
      ...{ input, output, cached, reasoning, calls, usd: nano_usd / 1e9, ms },
      byModel: added(by, "model"),
      byAgent: added(by, "agent"),
    },
    pattern: wire.pattern as PatternName,
    missing: wire.missing ?? [],
    model: wire.model,
    hash: wire.hash,
    lines: wire.lines,
    questions: (wire.questions ?? []).map(questionOf),
  };
}

/** Adds up in whole nano-dollars: what the parts cost is what the run cost. */
function added(bills: readonly WireBill[], of: "agent" | "model"): Record<string, ModelUsage> {
  const sums = new Map<string, Omit<ModelUsage, "usd"> & { nano: number }>();
  for (const { [of]: name, calls, failed = 0, input, output, cached = 0, reasoning = 0, nano_usd } of bills) {
    const sum = sums.get(name) ?? {
      calls: 0,
      failed: 0,
      input: 0,
      output: 0,
      cached: 0,
      reasoning: 0,
      nano: 0,
    };
    sum.calls += calls;
    sum.failed += failed;
    sum.input += input;
    sum.output += output;
    sum.cached += cached;
    sum.reasoning += reasoning;
    sum.nano += nano_usd;
    sums.set(name, sum);
  }
  return Object.fromEntries([...sums].map(([name, { nano, ...sum }]) => [name, { ...sum, usd: nano / 1e9 }]));
}

/** A journal's line as an event; nothing for lines that are no step. `args` is what the step's first line said. */
export function stepEventOf(entry: WireEntry, args: unknown, replayed: boolean): StepEvent | undefined {
  const { step, state, at, kind, error } = entry;
  if (step === undefined || state === undefined) return undefined;
  const told = {
    type: "step",
    kind,
    step,
    state,
    at,
    replayed,
    ...wordsOf(kind, args, state === "done" ? entry.value : undefined),
    ...(error && { error }),
  };
  // The engine's words for its own steps: docs/journal.md.
  return told as unknown as StepEvent;
}

function wordsOf(kind: string, args: unknown, value: unknown): object {
  const given = (args ?? {}) as Record<string, unknown>;
  if (kind === "chat") return { agent: given["agent"], ...(value !== undefined && { reply: value }) };
  if (kind === "tool") return { ...given, ...(value !== undefined && { result: value }) };
  return { args, ...(value !== undefined && { value }) };
}
