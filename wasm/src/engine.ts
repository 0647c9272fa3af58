// The engine in its memory: batches of events in, batches of commands out.
import type { Clock } from "./clock.js";
import { TroupeError, sentenceOf } from "./errors.js";
import { type Body, bytesOf, frameRoom, readSize, textOf, writeFrame } from "./frames.js";
import type { Command, EngineEvent } from "./protocol.js";

/** What the wasm module gives. `HEAPU8` is a new view after memory has grown: never keep it over a call. */
export interface EngineModule {
  readonly HEAPU8: Uint8Array;
  readonly Engine: new () => NativeEngine;
}

/** `wasm/bindings.cpp`. */
export interface NativeEngine {
  input(size: number): number;
  step(size: number): void;
  verify(size: number): void;
  describe(): void;
  output(): number;
  outputSize(): number;
  delete(): void;
}

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

export class Engine {
  readonly #module: EngineModule;
  readonly #native: NativeEngine;
  readonly #carrier: Carrier;
  readonly #clock: Clock;
  #heads: string[] = [];
  #bodies: Body[] = [];
  #scheduled = false;
  #stepping = false;
  #closed = false;

  constructor(module: EngineModule, carrier: Carrier, clock: Clock) {
    this.#module = module;
    this.#native = new module.Engine();
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
    this.#step();
  }

  /** JSON: whether the journal's chain holds. */
  verify(journal: string): string {
    const bytes = bytesOf(journal);
    return this.#ask(() => {
      this.#module.HEAPU8.set(bytes, this.#room(bytes.length));
      this.#native.verify(bytes.length);
    });
  }

  /** JSON: release, protocol and journal format. */
  describe(): string {
    return this.#ask(() => this.#native.describe());
  }

  /** Gives the memory back. Nothing else may be called after. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#native.delete();
  }

  readonly #run = (): void => {
    if (this.#scheduled) this.flush();
  };

  #step(): void {
    const heads = this.#heads;
    const bodies = this.#bodies;
    this.#heads = [];
    this.#bodies = [];
    this.#stepping = true;
    try {
      this.#native.step(this.#write(heads, bodies));
      this.#read();
      this.#carrier.keep();
    } catch (error) {
      this.#closed = true;
      this.#carrier.broken(broken(error));
    } finally {
      this.#stepping = false;
    }
  }

  /** Writes a batch that begins with the time; returns its size. */
  #write(heads: string[], bodies: Body[]): number {
    const now = `{"kind":"now","ms":${Math.floor(this.#clock())}}`;
    let room = frameRoom(now, "");
    for (let i = 0; i < heads.length; i++) room += frameRoom(heads[i]!, bodies[i]!);
    const start = this.#room(room);
    const memory = this.#module.HEAPU8;
    let at = writeFrame(memory, start, now, "");
    for (let i = 0; i < heads.length; i++) at = writeFrame(memory, at, heads[i]!, bodies[i]!);
    return at - start;
  }

  #read(): void {
    let at = this.#native.output();
    const end = at + this.#native.outputSize();
    while (at < end) {
      // A carrier may ask for a verification, which may let the memory grow: the view is taken anew for each frame.
      const memory = this.#module.HEAPU8;
      const head = at + 4;
      const headEnd = head + readSize(memory, at);
      const body = headEnd + 4;
      at = body + readSize(memory, headEnd);
      this.#carrier.carry(JSON.parse(textOf(memory.subarray(head, headEnd))), memory.subarray(body, at));
    }
  }

  #ask(question: () => void): string {
    if (this.#closed) throw new TroupeError("disposed", "This troupe was disposed of.");
    // Bodies of commands that are being carried out right now are views that this call may detach.
    if (this.#stepping) this.#carrier.keep();
    question();
    const at = this.#native.output();
    return textOf(this.#module.HEAPU8.subarray(at, at + this.#native.outputSize()));
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
