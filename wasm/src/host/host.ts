// The host of one engine: carries its commands out, and knows whose they are.
import { Alarm, steadyClock } from "../clock.js";
import type { Configured } from "../configuration.js";
import { type Carrier, Engine, type EngineExports } from "../engine.js";
import { TroupeError, sentenceOf } from "../errors.js";
import type { LogEvent } from "../events.js";
import { textOf } from "../frames.js";
import { awaitedTools } from "../journal-text.js";
import type { TroupeOptions } from "../options.js";
import {
  type Command,
  type CommandOf,
  type EngineEvent,
  PROTOCOL,
  type WireServerAnswer,
} from "../protocol.js";
import { outcomeIn, questionIn } from "../questions.js";
import type { LiveRun } from "../run.js";
import type { Probed } from "../described.js";
import { authorizersOf } from "../auth/authorized.js";
import { budgetWarning } from "../unpriced.js";
import { Http } from "./http.js";
import { Journals } from "./journals.js";
import { Peers } from "./peers.js";
import type { MakeProcesses, Processes } from "./platform.js";
import { Questions } from "./questions.js";
import { ServerRequests } from "./server-requests.js";
import { Tools } from "./tools.js";

/** How long requests may take that say good-bye to servers. */
const FAREWELL_MS = 1000;

/** How a run is kept here, and whether somebody looks on. */
export interface Brought {
  run: string;
  durable: boolean;
  watch: boolean;
  /** Nobody wants it any more: nothing is asked. */
  cancelled?: true;
}

/** How a run begins. */
export interface Beginning {
  /** What the journal store has to do: make a journal, go on with one, or nothing. */
  store: "create" | "append" | "none";
  /** The first event, made when it is known whether somebody watches. */
  event(brought: Brought): EngineEvent;
  /** Its body; none: the run's journal in the store. */
  body?: string;
}

export class Host implements Carrier {
  readonly engine: Engine;
  readonly questions: Questions;
  readonly requests: ServerRequests;
  readonly now: () => number;
  readonly #config: Configured;
  readonly #alarm: Alarm;
  readonly #http: Http;
  readonly #tools: Tools;
  readonly #processes: Processes | undefined;
  readonly #peers: Peers;
  readonly #journals: Journals | undefined;
  readonly #log: (event: LogEvent) => void;
  readonly #runs = new Map<string, LiveRun>();
  readonly #probes = new Map<string, (probed: Probed) => void>();
  /** Why nothing can begin any more. */
  #unusable: TroupeError | undefined;
  /** Why it did not take what it is being told. */
  #untold: TroupeError | undefined;
  #telling = false;
  #closing: Promise<void> | undefined;

  /** Throws what the engine has against the configuration. The seed, 32 bits, is that of its jitter. */
  constructor(
    module: EngineExports,
    options: TroupeOptions,
    config: Configured,
    makeProcesses: MakeProcesses | undefined,
    seed: number,
  ) {
    this.now = options.clock ?? steadyClock();
    this.#config = config;
    const engine = (this.engine = new Engine(module, this, this.now));
    this.questions = new Questions(engine, options, (run, text) =>
      this.#hear({ kind: "notify.log", level: "error", run }, text),
    );
    this.requests = new ServerRequests(
      engine,
      () => this.#hold(),
      (text) => this.#hear({ kind: "notify.log", level: "error" }, text),
    );
    this.#alarm = new Alarm(this.now, () => engine.wake());
    const fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
    const { credentials, signers, models } = config;
    const authorizers = authorizersOf(config.authorized, fetch, this.now);
    this.#http = new Http(engine, fetch, credentials, signers, authorizers, models, (text) =>
      this.#say({ type: "log", level: "error", text }),
    );
    this.#tools = new Tools(engine, config.tools);
    this.#processes = makeProcesses?.(engine, config.processes);
    this.#peers = new Peers(engine, config.peers);
    this.#journals = options.journal && new Journals(engine, options.journal);
    this.#log = options.log ?? (() => undefined);
    engine.post({ kind: "configure", protocol: PROTOCOL, seed }, JSON.stringify(config.wire));
    engine.flush();
    if (this.#unusable) throw this.#unusable;
  }

  get durable(): boolean {
    return this.#journals?.store.durable ?? false;
  }

  begin(run: LiveRun, beginning: Beginning): void {
    if (this.#unusable) return run.failed(this.#unusable);
    if (this.#runs.has(run.id)) {
      return run.failed(new TroupeError("invalid_input", `The run "${run.id}" is under way already.`));
    }
    this.#runs.set(run.id, run);
    this.#hold();
    // In a microtask, because `for await` right after the call wants to see everything from the first event on.
    queueMicrotask(() => {
      const failed = (error: unknown) => this.#fail(run, asTroupeError(error));
      try {
        if (beginning.store === "none" || !this.#journals) this.#start(run, beginning, beginning.body);
        else this.#open(run, beginning, this.#journals).catch(failed);
      } catch (error) {
        failed(error);
      }
    });
  }

  probe(event: Extract<EngineEvent, { kind: "probe" }>): Promise<Probed> {
    if (this.#unusable) return Promise.reject(this.#unusable);
    return new Promise((resolve) => {
      this.#probes.set(event.probe, resolve);
      this.#hold();
      this.engine.post(event);
    });
  }

  /** Changes what the engine knows. Throws what it has against it. */
  tell(event: EngineEvent, body: string): void {
    if (this.#unusable) throw this.#unusable;
    this.engine.post(event, body);
    this.#telling = true;
    this.engine.flush();
    this.#telling = false;
    const refused = this.#untold;
    this.#untold = undefined;
    if (refused) throw refused;
  }

  /** Sends a request to a server, beside all runs. Rejects when the signal says so. */
  ask(...request: Parameters<ServerRequests["ask"]>): Promise<WireServerAnswer> {
    return this.#unusable ? Promise.reject(this.#unusable) : this.requests.ask(...request);
  }

  /** Suspends what still runs, says good-bye to servers, and gives the memory back. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  // Carrier

  carry(command: Command, body: Uint8Array): void {
    switch (command.kind) {
      case "http.send":
        return this.#http.send(command, body);
      case "http.abort":
        return this.#http.abort(command.id);
      case "tool.call":
        return this.#tools.call(command, body);
      case "tool.cancel":
        return this.#tools.cancel(command.id);
      case "journal.append":
        return this.#append(command, body);
      case "wake":
        return this.#alarm.set(command.at);
      case "notify.entry":
        return this.#runs.get(command.run)?.entry(body, command.replayed ?? false);
      case "notify.text":
        return this.#runs.get(command.run)?.texts(command.step, body);
      case "notify.reset":
        return this.#runs.get(command.run)?.tell({ type: "reset", step: command.step });
      case "notify.log":
        return this.#hear(command, textOf(body));
      case "ask":
        return this.#ask(command, body);
      case "ask.withdraw":
        return this.questions.withdraw(command.id);
      case "process.start":
        return this.#peers.start(command.id, command.server)
          ? undefined
          : this.#processes?.start(command.id, command.server);
      case "process.write":
        return this.#peers.write(command.id, body) ? undefined : this.#processes?.write(command.id, body);
      case "process.stop":
        return this.#peers.stop(command.id) ? undefined : this.#processes?.stop(command.id);
      case "run.ended":
      case "run.suspended":
      case "run.diverged":
        return this.#end(command.run, textOf(body));
      case "run.failed":
        return this.#failNamed(command.run, new TroupeError(command.code, command.sentence));
      case "notify.server":
        return this.requests.told(command, body);
      case "server.progress":
        return this.requests.progress(command, body);
      case "server.answered":
        return this.requests.answered(command, body);
      case "probed":
        return this.#probed(command.probe, JSON.parse(textOf(body)) as Probed);
      case "error":
        return this.#refused(command);
    }
  }

  keep(): void {
    this.#http.keep();
  }

  broken(error: TroupeError): void {
    this.#unusable = error;
    this.#alarm.stop();
    for (const run of this.#runs.values()) run.failed(error);
    this.#runs.clear();
    this.#answerAll(error);
  }

  /** Whoever asked something beside the runs hears why there is no answer. */
  #answerAll(error: TroupeError): void {
    for (const probe of this.#probes.keys()) this.#probed(probe, { ok: false, sentence: error.message });
    this.requests.fail(error);
  }

  // Runs

  async #open(run: LiveRun, beginning: Beginning, journals: Journals): Promise<void> {
    let body = beginning.body;
    if (beginning.store === "create") {
      await journals.open(run.id, "create");
    } else if (body !== undefined) {
      await journals.take(run.id, body);
    } else {
      body = await journals.give(run.id);
      run.adopt(body);
    }
    this.#start(run, beginning, body);
  }

  #start(run: LiveRun, beginning: Beginning, body: string | undefined): void {
    if (this.#unusable) return this.#fail(run, this.#unusable);
    if (body === undefined) {
      return this.#fail(
        run,
        new TroupeError("journal", `"${run.id}" is no journal, and this troupe has no store to look in.`),
      );
    }
    // It would go on without the tool, and tell the model that there is none.
    const awaited = beginning.store === "append" ? awaitedTools(body) : [];
    const lacking = awaited.find((name) => !this.#tools.has(name));
    if (lacking !== undefined) {
      const sentence = `This run waits for a call of the application's tool "${lacking}", which is not given here. Give it to createTroupe, and resume again.`;
      return this.#fail(run, new TroupeError("not_found", sentence));
    }
    const { id, watched, cancelled } = run;
    const brought = { run: id, durable: this.durable, watch: watched, ...(cancelled && { cancelled }) };
    this.engine.post(beginning.event(brought), body);
    run.begun();
  }

  #append({ run, at, acknowledge = false }: CommandOf<"journal.append">, body: Uint8Array): void {
    this.#runs.get(run)?.append(at, body);
    const warning = at === 0 ? budgetWarning(firstLine(body), this.#config.wire) : undefined;
    if (warning !== undefined) this.#hear({ kind: "notify.log", level: "warning", run }, warning);
    this.#journals?.append(run, at, body.slice(), acknowledge);
  }

  #end(id: string, outcome: string): void {
    const run = this.#runs.get(id);
    if (!run) return;
    const end = () => {
      this.#runs.delete(id);
      this.#hold();
      run.ended(outcomeIn(outcome));
    };
    // Who awaits the run may want to resume it at once: by then its journal is free.
    if (this.#journals) void this.#journals.close(id).then(end, end);
    else end();
  }

  #failNamed(id: string, error: TroupeError): void {
    const run = this.#runs.get(id);
    if (run) this.#fail(run, error);
  }

  #fail(run: LiveRun, error: TroupeError): void {
    const fail = () => {
      if (this.#runs.get(run.id) === run) this.#runs.delete(run.id);
      this.#hold();
      run.failed(error);
    };
    if (this.#journals) void this.#journals.close(run.id).then(fail, fail);
    else fail();
  }

  #ask(command: CommandOf<"ask">, body: Uint8Array): void {
    const run = this.#runs.get(command.run);
    if (run) this.questions.ask(command, questionIn(textOf(body)), run);
  }

  /** What a server says belongs to no run: all that are watched hear it. */
  #hear({ level, run, server }: CommandOf<"notify.log">, text: string): void {
    const event: LogEvent = {
      type: "log",
      level,
      text,
      ...(run !== undefined && { run }),
      ...(server !== undefined && { server }),
    };
    if (run !== undefined) this.#runs.get(run)?.tell(event);
    else for (const each of this.#runs.values()) each.tell(event);
    this.#say(event);
  }

  #say(event: LogEvent): void {
    try {
      this.#log(event);
    } catch {
      // Who listens must not stop who works, and there is nobody to tell.
    }
  }

  #probed(probe: string, probed: Probed): void {
    this.#probes.get(probe)?.(probed);
    this.#probes.delete(probe);
    this.#hold();
  }

  #refused({ code, sentence, event }: CommandOf<"error">): void {
    if (event === "configure") this.#unusable = new TroupeError(code, sentence);
    else if (event === "models" && this.#telling) this.#untold = new TroupeError(code, sentence);
    else this.#hear({ kind: "notify.log", level: "error" }, sentence);
  }

  /** Timers and processes keep the host alive only while somebody waits for something. */
  #hold(): void {
    const held = this.#runs.size > 0 || this.#probes.size > 0 || this.requests.any;
    this.#alarm.hold(held);
    this.#processes?.hold(held);
  }

  async #close(): Promise<void> {
    const unusable = this.#unusable;
    this.#unusable ??= new TroupeError("disposed", "This troupe was disposed of.");
    this.#answerAll(this.#unusable);
    if (!unusable) {
      await Promise.allSettled([...this.#runs.values()].map((run) => run.suspend()));
      this.engine.post({ kind: "close" });
      this.engine.flush();
    }
    this.#peers.close();
    await Promise.all([this.#http.close(FAREWELL_MS), this.#processes?.close(), this.#journals?.settled()]);
    this.#alarm.stop();
    this.engine.close();
  }
}

function firstLine(lines: Uint8Array): string {
  const end = lines.indexOf(10);
  return textOf(end < 0 ? lines : lines.subarray(0, end));
}

function asTroupeError(error: unknown): TroupeError {
  if (error instanceof TroupeError) return error;
  return new TroupeError("journal", sentenceOf(error), { cause: error });
}
