/// <reference lib="esnext.disposable" preserve="true" />
// The face of an engine: runs, and what can be asked of it.
import { Analyst } from "./analysis.js";
import { type Configured, configured, wireChanges, wireOptions } from "./configuration.js";
import type { Described, Probed, Verified } from "./described.js";
import { TroupeError } from "./errors.js";
import { bytesOf } from "./frames.js";
import { Host } from "./host/host.js";
import type { Platform } from "./host/platform.js";
import { jitterSeed, newName, newSeed, runName, seedOf } from "./ids.js";
import {
  type AgentPlan,
  type Analysis,
  type DecideOptions,
  type LearnedState,
  type Plan,
  type Rated,
  type Recommendation,
  type RecommendOptions,
  type Strategy,
  judged,
  requestOf,
} from "./judgement.js";
import { journalOf, journalOrNameOf, runOf, unmarked } from "./journal-text.js";
import { wireCatalogue } from "./catalogue/catalogue.js";
import type { ModelCatalogue } from "./catalogue/facts.js";
import type { ForkOptions, ResumeOptions, RunOptions, TroupeOptions } from "./options.js";
import { type NearServer, nearServers } from "./near-server.js";
import { type Patterns, patternsOf } from "./patterns.js";
import type { WireStatus } from "./protocol.js";
import { attended, onlyJson, onlyNames, onlyText } from "./names.js";
import { FORK, RECOMMEND, RESUME } from "./option-names.js";
import { Ratings } from "./rating.js";
import { LiveRun, type Run, begunOrFailed } from "./run.js";
import { type ConnectedServer, LiveServer } from "./connected-server.js";
import { type Pins, type Status, statusOf } from "./status.js";

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

export async function startTroupe(options: TroupeOptions, platform: Platform): Promise<Troupe> {
  const config = configured(options);
  const [server] = config.processes.keys();
  if (server !== undefined && !platform.processes) {
    throw new TroupeError(
      "unsupported",
      `The server "${server}" is a local process, and this host cannot start one. Give the "url" of a remote server.`,
    );
  }
  const given = await options.wasm;
  const loading = platform.load(given);
  // While it compiles: in Node the first random number takes some milliseconds.
  const seed = jitterSeed();
  const [module, makeProcesses] = await Promise.all([
    loading,
    server === undefined ? undefined : platform.processes?.(),
  ]);
  return new LiveTroupe(new Host(module, options, config, makeProcesses, seed), config);
}

class LiveTroupe implements Troupe {
  #probes = 0;
  #analyst: Analyst | undefined;
  readonly #near: ReadonlyMap<string, NearServer>;
  readonly #ratings = new Ratings();
  readonly patterns = patternsOf((task, options) => this.run(task, options));

  constructor(
    private readonly host: Host,
    private readonly config: Configured,
  ) {
    this.#near = nearServers(config.peers, (server, level, text) =>
      host.carry({ kind: "notify.log", level, server }, bytesOf(text)),
    );
  }

  run<Value>(task: string, options?: RunOptions<Value>): Run<Value> {
    return begunOrFailed(this.host, options?.id, () => this.#run(task, options));
  }

  resume<Value>(journalOrName: string, options?: ResumeOptions<Value>): Run<Value> {
    return begunOrFailed(this.host, undefined, () => this.#resume(journalOrName, options));
  }

  replay<Value>(recorded: string, options?: Pick<ResumeOptions<Value>, "schema">): Run<Value> {
    return begunOrFailed(this.host, undefined, () => this.#replay(recorded, options));
  }

  fork<Value>(recorded: string, options: ForkOptions<Value>): Run<Value> {
    return begunOrFailed(this.host, options?.id, () => this.#fork(recorded, options));
  }

  #run<Value>(task: string, options: RunOptions<Value> = {}): Run<Value> {
    onlyText("A task", task);
    const body = JSON.stringify({ task, options: wireOptions(options, this.config) });
    const seed = seedOf(options.seed) ?? newSeed();
    const id = runName(options.id) ?? newName(this.host.now());
    const run = new LiveRun(this.host, id, "", options);
    this.host.begin(run, {
      store: "create",
      body,
      event: (brought) => ({ kind: "run.start", ...brought, seed }),
    });
    return run as Run<unknown> as Run<Value>;
  }

  #resume<Value>(journalOrName: string, options: ResumeOptions<Value> = {}): Run<Value> {
    const { name, journal } = journalOrNameOf(journalOrName);
    attended("The resume", options, RESUME);
    const run = new LiveRun(this.host, name, journal ?? "", options);
    this.host.begin(run, {
      store: "append",
      ...(journal !== undefined && { body: journal }),
      event: (brought) => ({ kind: "run.resume", ...brought }),
    });
    return run as Run<unknown> as Run<Value>;
  }

  #replay<Value>(recorded: string, options: Pick<ResumeOptions<Value>, "schema"> = {}): Run<Value> {
    const journal = journalOf(recorded);
    onlyNames("The replay", options, { schema: true });
    const id = runOf(journal) ?? "unknown";
    const run = new LiveRun(this.host, id, journal, options);
    this.host.begin(run, {
      store: "none",
      body: journal,
      event: ({ watch }) => ({ kind: "run.replay", run: id, watch }),
    });
    return run as Run<unknown> as Run<Value>;
  }

  #fork<Value>(recorded: string, options: ForkOptions<Value>): Run<Value> {
    const journal = journalOf(recorded);
    attended("The fork", options, FORK);
    const { at, result } = options;
    onlyText('The fork\'s "at", the step from which on it goes another way,', at);
    const id = runName(options.id) ?? newName(this.host.now());
    const parent = runOf(journal);
    onlyJson('The fork\'s "result"', result);
    const changes = { ...wireChanges(options, this.config), ...(result !== undefined && { result }) };
    const run = new LiveRun(this.host, id, "", options);
    this.host.begin(run, {
      store: "create",
      body: journal,
      event: (brought) => {
        const from = parent !== undefined && { parent };
        return { kind: "run.fork", ...brought, ...from, at, changes };
      },
    });
    return run as Run<unknown> as Run<Value>;
  }

  verify(journal: string): Verified {
    return JSON.parse(this.host.engine.question("verify", unmarked(journal))) as Verified;
  }

  analyze(task: string): Analysis {
    onlyText("The task", task);
    return (this.#analyst ??= new Analyst(this.host.engine)).analyze(task);
  }

  decide(task: string | Analysis, options: DecideOptions = {}): Strategy {
    return judged(this.host.engine.question("decide", requestOf(task, options, this.config.model)));
  }

  recommend(task: string, options: RecommendOptions = {}): Recommendation[] {
    onlyNames("The options of recommend", options, RECOMMEND);
    onlyText("The task", task);
    return judged(this.host.engine.question("recommend", JSON.stringify({ task, ...options })));
  }

  createAgents(task: string | Analysis, options: DecideOptions = {}): AgentPlan[] {
    return judged(this.host.engine.question("create_agents", requestOf(task, options, this.config.model)));
  }

  plan(task: string, options: DecideOptions = {}): Plan {
    return {
      analysis: this.analyze(task),
      strategy: this.decide(task, options),
      servers: this.recommend(task),
      agents: this.createAgents(task, options),
    };
  }

  feedback(run: Run | Rated, rating: number): void {
    if (typeof rating !== "number" || !(rating >= 0 && rating <= 1))
      throw new TroupeError(
        "invalid_input",
        `A rating is a number from 0 to 1, not ${JSON.stringify(rating)}.`,
      );
    const reward = Math.round(rating * 1000);
    const request = { ...this.#ratings.of(run, reward), reward };
    judged(this.host.engine.question("learn", JSON.stringify(request)));
  }

  learn(state: LearnedState): void {
    judged(this.host.engine.question("learn", JSON.stringify({ merge: state })));
  }

  forget(): void {
    judged(this.host.engine.question("learn", JSON.stringify({ forget: true })));
  }

  learned(): LearnedState {
    return judged(this.host.engine.question("learn", "{}"));
  }

  updateModels(models: ModelCatalogue): void {
    this.host.tell({ kind: "models" }, JSON.stringify(wireCatalogue(models)));
  }

  status(): Status {
    return statusOf(JSON.parse(this.host.engine.status()) as WireStatus);
  }

  pins(): Pins {
    return JSON.parse(this.host.engine.pins()) as Pins;
  }

  describe(): Described {
    return JSON.parse(this.host.engine.describe()) as Described;
  }

  probe(what: { server: string } | { provider: string }): Promise<Probed> {
    return this.host.probe({ kind: "probe", probe: String(++this.#probes), ...what });
  }

  server(name: string): ConnectedServer {
    return new LiveServer(this.host, name, this.#near.get(name));
  }

  dispose(): Promise<void> {
    const disposed = new TroupeError("disposed", "This troupe was disposed of.");
    for (const near of this.#near.values()) near.close(disposed);
    return this.host.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}
