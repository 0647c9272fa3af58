// An engine with its host behind the face of it: runs, and what can be asked.
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
import { patternsOf } from "./patterns.js";
import type { WireStatus } from "./protocol.js";
import { attended, onlyJson, onlyNames, onlyText } from "./names.js";
import { FORK, RECOMMEND, RESUME } from "./option-names.js";
import { Ratings } from "./rating.js";
import { LiveRun, type Run, begunOrFailed } from "./run.js";
import { type ConnectedServer, LiveServer } from "./connected-server.js";
import { type Pins, type Status, statusOf } from "./status.js";

import type { Troupe } from "./troupe.js";

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
