// One run, as its caller holds it.
import type { Engine } from "./engine.js";
import { TroupeError, sentenceOf } from "./errors.js";
import { type Outcome, type RunEvent, outcomeOf, stepEventOf } from "./events.js";
import { textOf } from "./frames.js";
import { newName } from "./ids.js";
import { JournalText } from "./journal-text.js";
import type { Attendance, RunOptions } from "./options.js";
import type { WireEntry, WireOutcome } from "./protocol.js";
import type { Answer } from "./questions.js";
import type { Questions } from "./host/questions.js";
import { isPromise } from "./promise.js";
import { type StandardSchema, isStandardSchema } from "./schema.js";
import { EventStream } from "./stream.js";
import { valued } from "./value.js";

/**
 * A run: await it for its outcome, or iterate over it for its events, or both. It goes on whether anybody looks or not.
 * Nothing that happens during a run throws, it is in the outcome's `stop`; a run that cannot begin rejects.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 *
 * const troupe = await createTroupe();
 * const run = troupe.run("add 17 and 25");
 * for await (const event of run) {
 *   if (event.type === "text") console.log(event.text);
 *   if (event.type === "question") run.answer(event.id, { approve: true });
 * }
 * const { answer, stop, usage } = await run;
 * console.log(answer, stop.reason, usage.usd);
 * ```
 *
 * While somebody iterates, a question that neither `approve` nor `ask` decided waits for `answer`. Where nobody does, the
 * run pauses at it.
 */
export interface Run<Value = unknown>
  extends PromiseLike<Outcome<Value>>, AsyncIterable<RunEvent, undefined> {
  readonly id: string;
  then<Fulfilled = Outcome<Value>, Rejected = never>(
    fulfilled?: ((outcome: Outcome<Value>) => Fulfilled | PromiseLike<Fulfilled>) | null,
    rejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected>;
  /** As of a promise: what is done when the run cannot begin. */
  catch<Otherwise = never>(
    rejected?: ((reason: unknown) => Otherwise | PromiseLike<Otherwise>) | null,
  ): Promise<Outcome<Value> | Otherwise>;
  /** As of a promise: what is done when it is over, however that came. */
  finally(ended?: (() => void) | null): Promise<Outcome<Value>>;
  /** All lines of the journal so far. */
  journal(): string;
  /**
   * Answers a question; false when it is not open any more. `undefined`: nobody can answer now, and the run pauses as soon
   * as nothing else is under way.
   */
  answer(question: number, answer: Answer | undefined): boolean;
  /** Ends it with what it has; the end is journalled. */
  cancel(): Promise<Outcome<Value>>;
  /** Stops it here. `troupe.resume` goes on, on this host or another. */
  suspend(): Promise<Outcome<Value>>;
}

/** What a run needs of its host. */
export interface Stage {
  readonly engine: Pick<Engine, "post">;
  readonly questions: Questions;
  readonly now: () => number;
}

export class LiveRun implements Run {
  readonly id: string;
  readonly attendance: Attendance;
  readonly #schema: StandardSchema | undefined;
  readonly #stage: Stage;
  #text: JournalText;
  #outcome: Outcome | undefined;
  #failure: TroupeError | undefined;
  #settled: Settled | undefined;
  #streams: EventStream[] | undefined;
  /** Of steps that are begun: their end does not say again what they were asked. */
  #begun: Map<string, unknown> | undefined;
  #phase: "waiting" | "begun" | "over" = "waiting";
  #stopping: "run.cancel" | "run.suspend" | undefined;
  #unobey: (() => void) | undefined;

  constructor(stage: Stage, id: string, journal: string, options: Attendance & Pick<RunOptions, "schema">) {
    this.#stage = stage;
    this.id = id;
    this.#text = new JournalText(journal);
    this.attendance = options;
    this.#schema = isStandardSchema(options.schema) ? options.schema : undefined;
    if (options.signal) this.#obey(options.signal);
  }

  then<Value = Outcome, Otherwise = never>(
    fulfilled?: ((outcome: Outcome) => Value | PromiseLike<Value>) | null,
    rejected?: ((reason: unknown) => Otherwise | PromiseLike<Otherwise>) | null,
  ): Promise<Value | Otherwise> {
    return this.#end().then(fulfilled, rejected);
  }

  catch<Otherwise = never>(
    rejected?: ((reason: unknown) => Otherwise | PromiseLike<Otherwise>) | null,
  ): Promise<Outcome | Otherwise> {
    return this.#end().catch(rejected);
  }

  finally(ended?: (() => void) | null): Promise<Outcome> {
    return this.#end().finally(ended);
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent, undefined> {
    const stream = new EventStream((gone) => this.#leave(gone));
    if (this.#outcome || this.#failure) {
      this.#finish(stream);
      return stream;
    }
    const first = !this.watched;
    (this.#streams ??= []).push(stream);
    if (first && this.#phase === "begun") this.#watch(true);
    return stream;
  }

  journal(): string {
    return this.#text.toString();
  }

  answer(question: number, answer: Answer | undefined): boolean {
    return this.#stage.questions.answer(this.id, question, answer);
  }

  cancel(): Promise<Outcome> {
    return this.#stop("run.cancel");
  }

  suspend(): Promise<Outcome> {
    return this.#stop("run.suspend");
  }

  // What the troupe tells it.

  get watched(): boolean {
    return this.#streams !== undefined && this.#streams.length > 0;
  }

  get over(): boolean {
    return this.#phase === "over";
  }

  /** Its journal was found in the store. */
  adopt(journal: string): void {
    this.#text = new JournalText(journal);
  }

  /** Whether it was cancelled before it began. */
  get cancelled(): boolean {
    return this.#phase === "waiting" && this.#stopping === "run.cancel";
  }

  /** Its first event went to the engine. */
  begun(): void {
    this.#phase = "begun";
    if (this.#stopping) this.#stage.engine.post({ kind: this.#stopping, run: this.id });
  }

  append(at: number, lines: Uint8Array): void {
    this.#text.append(at, lines);
  }

  tell(event: RunEvent): void {
    if (this.#streams) for (const stream of this.#streams) stream.push(event);
  }

  /** What a model writes, as JSON: texts. */
  texts(step: string, json: Uint8Array): void {
    if (!this.watched) return;
    for (const text of JSON.parse(textOf(json)) as string[]) this.tell({ type: "text", step, text });
  }

  entry(line: Uint8Array, replayed: boolean): void {
    const entry = JSON.parse(textOf(line)) as WireEntry;
    const { step = "", args = this.#begun?.get(step) } = entry;
    if (entry.state === "begun") (this.#begun ??= new Map()).set(step, args);
    else this.#begun?.delete(step);
    const event = stepEventOf(entry, args, replayed);
    if (event) this.tell(event);
  }

  ended(wire: WireOutcome): void {
    this.#phase = "over";
    const outcome = valued(outcomeOf(wire), this.#schema);
    if (isPromise(outcome)) void outcome.then((read) => this.#settle(read));
    else this.#settle(outcome);
  }

  #settle(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#settled?.resolve(outcome);
    this.#close();
  }

  failed(error: TroupeError): void {
    if (this.#phase === "over") return;
    this.#failure = error;
    this.#settled?.reject(error);
    this.#close();
  }

  #close(): void {
    this.#phase = "over";
    this.#unobey?.();
    for (const stream of this.#streams ?? []) this.#finish(stream);
    this.#streams = this.#begun = undefined;
  }

  #finish(stream: EventStream): void {
    if (this.#outcome) stream.push({ type: "ended", outcome: this.#outcome });
    stream.end(this.#failure);
  }

  /** The promise is made for who asks: nobody has to handle one that was never seen. */
  #end(): Promise<Outcome> {
    if (this.#outcome) return Promise.resolve(this.#outcome);
    if (this.#failure) return Promise.reject(this.#failure);
    return (this.#settled ??= settled()).promise;
  }

  #obey(signal: AbortSignal): void {
    if (signal.aborted) {
      this.#stopping = "run.cancel";
      return;
    }
    // A caller who aborts need not look at the outcome.
    const cancel = () => void this.cancel().catch(() => undefined);
    signal.addEventListener("abort", cancel, { once: true });
    this.#unobey = () => signal.removeEventListener("abort", cancel);
  }

  #stop(kind: "run.cancel" | "run.suspend"): Promise<Outcome> {
    if (this.#phase === "waiting") this.#stopping = kind;
    else if (this.#phase === "begun") this.#stage.engine.post({ kind, run: this.id });
    // Who stops a run that could not begin need not look at why.
    const end = this.#end();
    end.catch(() => undefined);
    return end;
  }

  #watch(watch: boolean): void {
    this.#stage.engine.post({ kind: "run.watch", run: this.id, watch });
  }

  #leave(gone: EventStream): void {
    this.#streams = this.#streams?.filter((stream) => stream !== gone);
    if (this.watched || this.#phase !== "begun") return;
    this.#watch(false);
    this.#stage.questions.abandon(this.id);
  }
}

/** A run; or, where it cannot begin, one that rejects with why: who calls has one place to catch. */
export function begunOrFailed<Value>(stage: Stage, id: unknown, begin: () => Run<Value>): Run<Value> {
  try {
    return begin();
  } catch (error) {
    const run = new LiveRun(stage, typeof id === "string" ? id : newName(stage.now()), "", {});
    const failed = (why: string) => new TroupeError("invalid_input", why, { cause: error });
    run.failed(error instanceof TroupeError ? error : failed(sentenceOf(error)));
    return run as Run<unknown> as Run<Value>;
  }
}

interface Settled {
  promise: Promise<Outcome>;
  resolve(outcome: Outcome): void;
  reject(error: TroupeError): void;
}

function settled(): Settled {
  const made: Partial<Settled> = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made as Settled;
}
