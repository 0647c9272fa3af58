// How agents work together: what a run is told of its pattern, and the seven patterns as functions.
import type { PatternName, TaskType } from "./judgement.js";
import { TroupeError } from "./errors.js";
import { onlyNames, onlyText, renamed } from "./names.js";
import { AGENT, PATTERN, SETTINGS } from "./option-names.js";
import type { Budget, ModelChoice, RunOptions } from "./options.js";
import type { WireAgent, WirePattern, WireSettings } from "./protocol.js";
import { budgetOf } from "./questions.js";
import type { Run } from "./run.js";

/** What an agent does for the pattern itself; without one it does the work. */
export type Role = "planner" | "synthesiser" | "router" | "judge" | "evaluator";

/** Who takes part in a pattern: an agent, or a pattern of its own in an agent's place. */
export interface Agent {
  /** 1 to 48 letters, digits, `_` or `-`; no two of one pattern the same. */
  name: string;
  /** What it is told beside its task. */
  instruction?: string | undefined;
  /** The tools that it may use. Default: all of the run. */
  tools?: readonly string[] | undefined;
  /** At most so many turns. Default: as the run's limits say. */
  turns?: number | undefined;
  /** `provider:model`, a provider alone, `"auto"`, or what is preferred. Default: the run's. */
  model?: ModelChoice | undefined;
  /**
   * What it may spend of the run's budget, however often it works, and with it the pattern in its place; at its end its work
   * stops, and the run goes on.
   */
  budget?: Budget | undefined;
  role?: Role | undefined;
  /** Its part of the task, in words. Default: the whole. */
  part?: string | undefined;
  /** Of a chain's step: the agents whose results it is told. Default: the one before. */
  needs?: readonly string[] | undefined;
  /** Of a router's agent: the types of tasks that are its own; no model is asked about them. */
  types?: readonly TaskType[] | undefined;
  /** Of a chain's step: what has to hold before the chain goes on. */
  checkpoint?:
    | {
        /** A model answers it with yes or no. */
        question: string;
        /** After a no: `"end"`, `"repeat"`, or the name of the step to go to. Default: `"end"`. */
        otherwise?: string | undefined;
      }
    | undefined;
  /** Works in the agent's place. How deep patterns may be nested, `limits.depth` says. */
  pattern?: PatternOptions | undefined;
}

export interface PatternSettings {
  /** Drafts of an evaluator-optimizer, plans of an orchestrator, returns in a chain. Default: 3. */
  rounds?: number | undefined;
  /** Of a parallel: so many times the same. Default: 1, and each agent does its part. At most 64. */
  votes?: number | undefined;
  /** How a parallel's results become one. Default: `"synthesise"`. */
  join?: "synthesise" | "list" | "majority" | "judge" | undefined;
  /** Of 100: a draft that is good enough. Default: 85. */
  good?: number | undefined;
  /** By what an evaluator rates. Default: derived from the task. */
  criteria?: readonly string[] | undefined;
  /** Of a swarm, at most. Default: 8. */
  handoffs?: number | undefined;
  /** Bytes of others' results that one agent reads. Default: 40,000. */
  contextChars?: number | undefined;
}

/** A pattern as it may be written: with a hyphen, too, as people do. */
export type PatternGiven = PatternName | "evaluator-optimizer";

export interface PatternOptions {
  pattern: PatternGiven;
  /** Default: such as the engine creates for the task. */
  agents?: readonly Agent[] | undefined;
  settings?: PatternSettings | undefined;
}

/** What the patterns say to models, by name: docs/patterns.md has the texts. */
export type PromptName =
  | "direct"
  | "worker"
  | "chain.divide"
  | "chain.checkpoint"
  | "parallel.divide"
  | "parallel.judge"
  | "form"
  | "synthesise"
  | "router.choose"
  | "orchestrator.plan"
  | "orchestrator.complete"
  | "swarm.hand_over"
  | "evaluator.criteria"
  | "evaluator.evaluate";

/** Begins a run of one pattern. */
export type RunPattern = <Value = unknown>(
  task: string,
  options?: Omit<RunOptions<Value>, "pattern">,
) => Run<Value>;

/** Each pattern by itself: the same as `run` with its name as `pattern`. */
export interface Patterns {
  /** One agent, its tool loop. */
  direct: RunPattern;
  /** A fixed order of steps, each working on what the earlier ones gave. */
  chain: RunPattern;
  /** Parts at the same time, or the same several times, and then one answer. */
  parallel: RunPattern;
  /** The agents that are right for the task do it. */
  router: RunPattern;
  /** A plan is made, verified, carried out, mended, and put together. */
  orchestrator: RunPattern;
  /** Agents hand the work over to one another. */
  swarm: RunPattern;
  /** Drafts are rated and improved until one is good enough. */
  evaluatorOptimizer: RunPattern;
}

export function patternsOf(run: <Value>(task: string, options: RunOptions<Value>) => Run<Value>): Patterns {
  const of =
    (pattern: PatternName): RunPattern =>
    (task, options = {}) =>
      run(task, { ...options, pattern });
  return {
    direct: of("direct"),
    chain: of("chain"),
    parallel: of("parallel"),
    router: of("router"),
    orchestrator: of("orchestrator"),
    swarm: of("swarm"),
    evaluatorOptimizer: of("evaluator_optimizer"),
  };
}

export function wireSettings(settings: PatternSettings): WireSettings {
  return renamed('The option "settings"', settings, SETTINGS);
}

export function wireAgents(agents: readonly Agent[]): WireAgent[] {
  if (!Array.isArray(agents))
    throw new TroupeError("invalid_input", 'The option "agents" must be a list of agents.');
  return agents.map((agent: Agent) => {
    const whose = typeof agent?.name === "string" ? `The agent "${agent.name}"` : "An agent";
    onlyNames(whose, agent, AGENT);
    const { pattern, budget, ...rest } = agent;
    return {
      ...rest,
      ...(budget && { budget: budgetOf(budget) }),
      ...(pattern && { pattern: wirePattern(whose, pattern) }),
    };
  });
}

/** As people write it, too: evaluator-optimizer. */
export function patternName(name: unknown): PatternName {
  onlyText('A "pattern"', name);
  return name.replaceAll("-", "_") as PatternName;
}

function wirePattern(whose: string, options: PatternOptions): WirePattern {
  onlyNames(`${whose}: its pattern`, options, PATTERN);
  const { pattern, agents, settings } = options;
  return {
    pattern: patternName(pattern),
    ...(agents && { agents: wireAgents(agents) }),
    ...(settings && { settings: wireSettings(settings) }),
  };
}
