// The engine in its memory: batches of events in, batches of commands out.
import type { Clock } from "./clock.js";
import { TroupeError, sentenceOf } from "./errors.js";
import { type Body, bytesOf, frameRoom, readSize, textOf, writeFrame, writeText } from "./frames.js";
import type { Command, EngineEvent } from "./protocol.js";

/** What the module exports: `wasm/bindings.cpp`. After any call its memory may have grown, and views are detached. */
export interface EngineExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  _initialize(): void;
  input(size: number): number;
  step(size: number): void;
  verify(size: number): void;
  analyze(size: number): number;
  decide(size: number): void;
  recommend(size: number): void;
  create_agents(size: number): void;
  learn(size: number): void;
  describe(): void;
  status(): void;
  pins(): void;
  output(): number;
  output_size(): number;
}

/** What can be asked beside the runs: JSON or a text in, JSON out. */
export type Question = "decide" | "recommend" | "create_agents" | "learn" | "verify";

/** Carries commands out. */
export interface Carrier {
  /** `body` is a view of the engine's memory, good until this returns or until keep() is called. */
  carry(command: Command, body: Uint8Array): void;
  /** The memory is about to change: who still needs a body copies it now. */
  keep(): void;
  /** The engine is broken and takes no events any more. */
  broken(error: TroupeError): void;
}

/** Text beyond this is encoded before it is written: room for the worst case would be three times as much. */
const LONG_TEXT = 1 << 16;

/** A batch ends behind the event that fills this room: a thousand runs at once would need megabytes for their commands. */
const BATCH = 1 << 16;

export class Engine {
  readonly #native: EngineExports;
  readonly #carrier: Carrier;
  readonly #clock: Clock;
  #view = new Uint8Array();
  #heads: string[] = [];
  #bodies: Body[] = [];
  #scheduled = false;
  #stepping = false;
  #closed = false;

  constructor(native: EngineExports, carrier: Carrier, clock: Clock) {
    this.#native = native;
    this.#carrier = carrier;
    this.#clock = clock;
  }

  /** Queues an event. All events of one turn of the microtask queue go to the engine as one batch. */
  post(event: EngineEvent, body: Body = ""): void {
    if (this.#closed) return;
    this.#heads.push(JSON.stringify(event));
    this.#bodies.push(typeof body === "string" && body.length > LONG_TEXT ? bytesOf(body) : body);
    this.wake();
  }

  /** Lets the engine see the time, and whatever is queued. */
  wake(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    queueMicrotask(this.#run);
  }

  /** Takes what is queued now. Not from within a command. */
  flush(): void {
    if (this.#stepping || this.#closed) return;
    this.#scheduled = false;
    let left = this.#heads.length;
    do left -= this.#step();
    while (left > 0 && !this.#closed);
  }

  /** JSON: what the engine says to a text. */
  question(what: Question, text: string): string {
    return this.#ask(() => this.#native[what](this.#put(text)));
  }

  /** The analysis of a task in numbers, good until the next call; or JSON, if it could not be analysed. */
  analyze(task: string): Int32Array | string {
    this.#beforeAsking();
    if (this.#native.analyze(this.#put(task)) === 0) return this.#said();
    return new Int32Array(
      this.#native.memory.buffer,
      this.#native.output(),
      this.#native.output_size() >>> 2,
    );
  }

  /** JSON: who is at work and how everything fares. */
  status(): string {
    return this.#ask(() => this.#native.status());
  }

  /** JSON: what tools said of themselves at first. */
  pins(): string {
    return this.#ask(() => this.#native.pins());
  }

  /** JSON: release, protocol and journal format. */
  describe(): string {
    return this.#ask(() => this.#native.describe());
  }

  /** Takes no events any more. The memory goes with the last reference to this. */
  close(): void {
    this.#closed = true;
  }

  readonly #run = (): void => {
    if (this.#scheduled) this.flush();
  };

  /** Takes a batch of events; returns how many. */
  #step(): number {
    let room = 0;
    let count = 0;
    while (count < this.#heads.length && room < BATCH)
      room += frameRoom(this.#heads[count]!, this.#bodies[count++]!);
    const heads = this.#heads.splice(0, count);
    const bodies = this.#bodies.splice(0, count);
    this.#stepping = true;
    try {
      this.#native.step(this.#write(heads, bodies, room));
      this.#read();
      this.#carrier.keep();
    } catch (error) {
      this.#closed = true;
      this.#carrier.broken(broken(error));
    } finally {
      this.#stepping = false;
    }
    return count;
  }

  /** Writes a batch that begins with the time; returns its size. The events take `room` at most. */
  #write(heads: string[], bodies: Body[], room: number): number {
    const now = `{"kind":"now","ms":${Math.floor(this.#clock())}}`;
    const start = this.#room(room + frameRoom(now, ""));
    const memory = this.#memory;
    let at = writeFrame(memory, start, now, "");
    for (let i = 0; i < heads.length; i++) at = writeFrame(memory, at, heads[i]!, bodies[i]!);
    return at - start;
  }

  #read(): void {
    let at = this.#native.output();
    const end = at + this.#native.output_size();
    while (at < end) {
      // A carrier may ask for a verification, which may let the memory grow: the view is taken anew for each frame.
      const memory = this.#memory;
      const head = at + 4;
      const headEnd = head + readSize(memory, at);
      const body = headEnd + 4;
      at = body + readSize(memory, headEnd);
      this.#carrier.carry(JSON.parse(textOf(memory.subarray(head, headEnd))), memory.subarray(body, at));
    }
  }

  get #memory(): Uint8Array {
    const { buffer } = this.#native.memory;
    if (this.#view.buffer !== buffer) this.#view = new Uint8Array(buffer);
    return this.#view;
  }

  #ask(question: () => void): string {
    this.#beforeAsking();
    question();
    return this.#said();
  }

  #beforeAsking(): void {
    if (this.#closed) throw new TroupeError("disposed", "This troupe was disposed of.");
    // Bodies of commands that are being carried out right now are views that this call may detach.
    if (this.#stepping) this.#carrier.keep();
  }

  #said(): string {
    const at = this.#native.output();
    return textOf(this.#memory.subarray(at, at + this.#native.output_size()));
  }

  /** Writes a text into the input; returns its size. */
  #put(text: string): number {
    if (text.length <= LONG_TEXT) {
      const at = this.#room(text.length * 3); // the memory may be another one from here on
      return writeText(this.#memory, at, text);
    }
    const bytes = bytesOf(text);
    const at = this.#room(bytes.length);
    this.#memory.set(bytes, at);
    return bytes.length;
  }

  #room(size: number): number {
    const at = this.#native.input(size);
    if (at === 0) throw new TroupeError("engine", `The engine has no memory for ${size} bytes.`);
    return at;
  }
}

function broken(error: unknown): TroupeError {
  if (error instanceof TroupeError) return error;
  return new TroupeError("engine", `The engine broke: ${sentenceOf(error)}. Its runs can be resumed.`, {
    cause: error,
  });
}
