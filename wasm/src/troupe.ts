/// <reference lib="esnext.disposable" preserve="true" />
// The face of an engine: runs, and what can be asked of it.
import type { ConnectedServer } from "./connected-server.js";
import type { ModelCatalogue } from "./catalogue/facts.js";
import type { Described, Probed, Verified } from "./described.js";
import type {
  AgentPlan,
  Analysis,
  DecideOptions,
  LearnedState,
  Plan,
  Rated,
  Recommendation,
  RecommendOptions,
  Strategy,
} from "./judgement.js";
import type { ForkOptions, ResumeOptions, RunOptions } from "./options.js";
import type { Patterns } from "./patterns.js";
import type { Run } from "./run.js";
import type { Pins, Status } from "./status.js";

/** The engine, ready for runs. Made by `createTroupe`. */
export interface Troupe {
  /**
   * Begins a run.
   *
   * @example
   * ```ts
   * import { createTroupe } from "troupe";
   *
   * const troupe = await createTroupe();
   * console.log((await troupe.run("add 17 and 25")).answer);
   * ```
   *
   * It never throws: what keeps a run from beginning rejects, options that do not fit included. So do the patterns, `resume`,
   * `replay` and `fork`.
   */
  run<Value = unknown>(task: string, options?: RunOptions<Value>): Run<Value>;
  /**
   * Each pattern by itself, with agents of the application or such as the engine creates.
   *
   * @example
   * ```ts
   * import { createTroupe } from "troupe";
   *
   * const troupe = await createTroupe();
   * const { answer } = await troupe.patterns.chain("A short text on lighthouses", {
   *   agents: [
   *     { name: "writer", instruction: "You write the text." },
   *     { name: "editor", instruction: "You shorten what you get." },
   *   ],
   * });
   * console.log(answer);
   * ```
   */
  readonly patterns: Patterns;
  /**
   * Goes on with a run that stopped, here or elsewhere: from its journal, or by its name from the journal store.
   *
   * @example
   * ```ts
   * import { createTroupe } from "troupe";
   *
   * const troupe = await createTroupe();
   * const run = troupe.run("add 17 and 25");
   * await run.suspend();
   * console.log((await troupe.resume(run.journal())).answer);
   * ```
   */
  resume<Value = unknown>(journalOrName: string, options?: ResumeOptions<Value>): Run<Value>;
  /** Runs a recorded run again with what its journal holds: nothing outside happens, and the answer is the same. */
  replay<Value = unknown>(journal: string, options?: Pick<ResumeOptions<Value>, "schema">): Run<Value>;
  /**
   * Begins a new run that is like the recorded one until a step, and then goes another way.
   *
   * @example
   * ```ts
   * import { createTroupe } from "troupe";
   *
   * const troupe = await createTroupe();
   * const run = troupe.run("add 17 and 25");
   * const steps: string[] = [];
   * for await (const event of run) if (event.type === "step") steps.push(event.step);
   * const fork = troupe.fork(run.journal(), { at: steps[0]!, model: "offline" });
   * console.log((await fork).answer);
   * ```
   */
  fork<Value = unknown>(journal: string, options: ForkOptions<Value>): Run<Value>;
  /**
   * Checks the hash chain of a journal and its grammar: that no line before the last was edited, lost, moved or added.
   * What that cannot tell of the last line is said in `sentence`.
   */
  verify(journal: string): Verified;
  /**
   * What a task asks for: its type, complexity, risk, steps, and the words that say so. No model, no network.
   *
   * @example
   * ```ts
   * import { createTroupe } from "troupe";
   *
   * const troupe = await createTroupe();
   * const { type, complexity, risk } = troupe.analyze("Delete the old logs in /var/log and tell the team");
   * console.log(type, complexity, risk);
   * ```
   */
  analyze(task: string): Analysis;
  /**
   * How to work on a task: all seven patterns, ranked, with what each would take.
   *
   * @example
   * ```ts
   * import { createTroupe } from "troupe";
   *
   * const troupe = await createTroupe();
   * const { pattern, options } = troupe.decide("Compare the prices of three hotels in Lisbon and write a report");
   * console.log(pattern, options[0]?.reasons);
   * ```
   */
  decide(task: string | Analysis, options?: DecideOptions): Strategy;
  /**
   * Which servers a task needs, of those that are configured and of the `catalog`; none, if none fits.
   *
   * @example
   * ```ts
   * import { createTroupe } from "troupe";
   *
   * const troupe = await createTroupe({
   *   catalog: [
   *     { name: "weather", description: "Tells the weather: rain, wind and temperature for any place" },
   *     { name: "spotify", description: "Search and play music" },
   *   ],
   * });
   * console.log(troupe.recommend("Will it rain in Oslo tomorrow?")[0]?.server);
   * ```
   */
  recommend(task: string, options?: RecommendOptions): Recommendation[];
  /** The agents that would work on a task: what each is told, which tools it gets, and why. */
  createAgents(task: string | Analysis, options?: DecideOptions): AgentPlan[];
  /** All of the above for one task: what `run` would do with it, and what that is likely to take. Runs nothing. */
  plan(task: string, options?: DecideOptions): Plan;
  /**
   * Says how good a run was, from 0 to 1: later decisions on such tasks take it into account, instead of what the run's end
   * said by itself. Of a run that is over it is said of its pattern and its model; with `agent` of the one that a
   * router chose.
   *
   * @example
   * ```ts
   * import { createTroupe } from "troupe";
   *
   * const troupe = await createTroupe();
   * const run = troupe.run("add 17 and 25");
   * await run;
   * troupe.feedback(run, 0.9);
   * ```
   */
  feedback(run: Run | Rated, rating: number): void;
  /** What was learned so far: give it to the next `createTroupe` as `learning.state`. */
  learned(): LearnedState;
  /** Adds what another troupe learned. */
  learn(state: LearnedState): void;
  /** Forgets all that was learned. */
  forget(): void;
  /**
   * Tells what is known of models, by provider and model: prices that changed, a model that is new. Runs that begin from now
   * on are reckoned by it; those that are under way keep the prices that stand in their journals.
   *
   * @example
   * ```ts
   * import { createTroupe } from "troupe";
   *
   * const troupe = await createTroupe({ providers: { local: { url: "http://localhost:11434/v1", model: "gpt-oss:20b" } } });
   * troupe.updateModels({ local: { "gpt-oss:20b": { context: 32_768, speed: 4, price: { input: 0, output: 0 } } } });
   * ```
   */
  updateModels(models: ModelCatalogue): void;
  /**
   * Who is at work, who waits, what tenants have spent, and how models, servers and tools fare.
   *
   * @example
   * ```ts
   * import { createTroupe } from "troupe";
   *
   * const troupe = await createTroupe({ limits: { runs: 100 } });
   * const { state, running } = troupe.status();
   * console.log(state, running);
   * ```
   */
  status(): Status;
  /** What servers said of their tools when they were first seen: give it to the next `createTroupe` as `pins`. */
  pins(): Pins;
  /** One of the configured MCP servers, to be used beside all runs: its resources, prompts and tools. */
  server(name: string): ConnectedServer;
  /** Asks whether a server or a provider answers. */
  probe(what: { server: string } | { provider: string }): Promise<Probed>;
  /** The engine's release, and what it speaks. */
  describe(): Described;
  /** Suspends what still runs, ends servers, and gives the memory back. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
