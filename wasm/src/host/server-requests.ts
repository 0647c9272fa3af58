// What the application asks of servers beside all runs, and hears from them.
import type { ServerRequestOptions } from "../connected-server.js";
import type { Engine } from "../engine.js";
import { TroupeError, sentenceOf } from "../errors.js";
import { textOf } from "../frames.js";
import type { CommandOf, WireServerAnswer } from "../protocol.js";

type Progress = { progress: number; total?: number; message?: string };
type Open = { progress: (progress: Progress) => void; answered: (answer: WireServerAnswer) => void };
type Listener = (method: string, params: Record<string, unknown>) => void;

export class ServerRequests {
  readonly #open = new Map<string, Open>();
  readonly #listeners = new Map<string, Set<Listener>>();
  #last = 0;

  constructor(
    private readonly engine: Pick<Engine, "post">,
    /** Hears when somebody begins or ends to wait. */
    private readonly changed: () => void,
    /** Hears of listeners that fail. */
    private readonly log: (text: string) => void,
  ) {}

  get any(): boolean {
    return this.#open.size > 0;
  }

  /** Sends a request to a server. Rejects when the signal says so. */
  ask(
    server: string,
    method: string,
    body: object,
    { signal, onProgress }: Pick<ServerRequestOptions, "signal" | "onProgress">,
  ): Promise<WireServerAnswer> {
    const request = String(++this.#last);
    return new Promise<WireServerAnswer>((resolve, reject) => {
      const abort = () => {
        this.engine.post({ kind: "server.forget", request, server });
        this.#forget(request);
        reject(
          signal?.reason instanceof Error ? signal.reason : new TroupeError("cancelled", "It was cancelled."),
        );
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort, { once: true });
      this.#open.set(request, {
        progress: (progress) => onProgress?.(progress),
        answered: (answer) => {
          signal?.removeEventListener("abort", abort);
          this.#forget(request);
          resolve(answer);
        },
      });
      this.changed();
      this.engine.post({ kind: "server.request", request, server, method }, JSON.stringify(body));
    });
  }

  /** Hears what a server tells beside its answers, until the function that it gives is called. */
  listen(server: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(server) ?? new Set();
    this.#listeners.set(server, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  told({ server, method }: CommandOf<"notify.server">, body: Uint8Array): void {
    for (const listener of this.#listeners.get(server) ?? []) {
      const params = JSON.parse(textOf(body)) as Record<string, unknown>;
      this.#guarded(() => listener(method, params));
    }
  }

  progress({ request }: CommandOf<"server.progress">, body: Uint8Array): void {
    this.#guarded(() => this.#open.get(request)?.progress(JSON.parse(textOf(body)) as Progress));
  }

  answered({ request }: CommandOf<"server.answered">, body: Uint8Array): void {
    this.#open.get(request)?.answered(JSON.parse(textOf(body)) as WireServerAnswer);
  }

  /** Whoever waits hears why there is no answer. */
  fail(failure: TroupeError): void {
    const { code, message: sentence } = failure;
    for (const { answered } of this.#open.values()) answered({ failure: { code, sentence } });
  }

  #forget(request: string): void {
    this.#open.delete(request);
    this.changed();
  }

  /** Calls somebody who only listens: what goes wrong there must not stop who works. */
  #guarded(listen: () => void): void {
    try {
      listen();
    } catch (error) {
      this.log(`Who listens to a server failed: ${sentenceOf(error)}`);
    }
  }
}
