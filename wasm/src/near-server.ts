// A server in this process, asked by the application itself: neither the engine nor a text of JSON-RPC is between. Runs
// speak with it through the engine, as with every server.
import type { ServerRequestOptions } from "./connected-server.js";
import { TroupeError, sentenceOf } from "./errors.js";
import { Leaving } from "./leaving.js";
import type { InProcessServer, PortServer } from "./server-options.js";
import type { ServerContext } from "./server/define.js";

type Result = Record<string, unknown>;

/** Subscriptions and the like are about a connection, and go its way. */
const DIRECT = new Set([
  "server/discover",
  "tools/list",
  "tools/call",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "prompts/list",
  "prompts/get",
  "completion/complete",
]);

const SILENCE_MS = 60_000;

type Log = (server: string, level: string, text: string) => void;

/** Those of the servers that can be asked so. */
export function nearServers(
  servers: ReadonlyMap<string, InProcessServer | PortServer>,
  log: Log,
): ReadonlyMap<string, NearServer> {
  const near = new Map<string, NearServer>();
  for (const [name, server] of servers)
    if ("ask" in server) near.set(name, new NearServer(name, server, log));
  return near;
}

export class NearServer {
  readonly calls = new Set<Call>();
  #gone: TroupeError | undefined;

  constructor(
    readonly name: string,
    private readonly server: InProcessServer,
    readonly log: Log,
  ) {}

  /** What it answers; undefined when this goes another way. */
  ask(
    method: string,
    params: Result,
    options: ServerRequestOptions,
    respond: (method: string, params: object) => Promise<Result>,
  ): Promise<Result> | undefined {
    if (!DIRECT.has(method)) return undefined;
    if (this.#gone) return Promise.reject(this.#gone);
    return new Promise<Result>((resolve, reject) => {
      const call = new Call(this, method, options, respond, reject);
      this.calls.add(call);
      call.listen(this.server.timeoutMs ?? SILENCE_MS);
      this.#answer(method, params, call)
        .then(resolve, reject)
        .finally(() => call.end());
    });
  }

  close(why: TroupeError): void {
    this.#gone = why;
    for (const call of this.calls) call.leave(why);
  }

  async #answer(method: string, params: Result, call: Call): Promise<Result> {
    const result = (await this.server.ask?.(method, params, call)) as Result;
    const { structuredContent } = result;
    // It is JSON for everybody, and not the tool's own object.
    if (typeof structuredContent !== "object") return result;
    return { ...result, structuredContent: JSON.parse(JSON.stringify(structuredContent)) };
  }
}

/** What the tool may do meanwhile, and who waits for it. */
class Call implements ServerContext {
  readonly #leaving = new Leaving();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silenceMs = 0;

  constructor(
    private readonly server: NearServer,
    private readonly method: string,
    private readonly options: ServerRequestOptions,
    private readonly respond: (method: string, params: object) => Promise<Result>,
    private readonly fail: (why: Error) => void,
  ) {}

  get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  readonly progress = (progress: number, total?: number, message?: string): void => {
    this.#wait();
    try {
      this.options.onProgress?.({
        progress,
        ...(total !== undefined && { total }),
        ...(message !== undefined && { message }),
      });
    } catch (error) {
      this.log("error", `Who listens to a server failed: ${sentenceOf(error)}`); // it is not the tool's failure
    }
  };

  readonly log = (level: string, data: unknown): void =>
    this.server.log(this.server.name, level, typeof data === "string" ? data : JSON.stringify(data));

  readonly elicit = (message: string, requestedSchema: object) =>
    this.#ask("elicitation/create", { message, requestedSchema }) as Promise<never>;

  readonly sample = (params: object) => this.#ask("sampling/createMessage", params);

  listen(silenceMs: number): void {
    this.#silenceMs = silenceMs;
    this.#wait();
    const { signal } = this.options;
    if (signal?.aborted) this.#left();
    else signal?.addEventListener("abort", this.#left);
  }

  leave(why: Error): void {
    this.fail(why);
    this.#leaving.abort(why);
    this.end();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.options.signal?.removeEventListener("abort", this.#left);
    this.server.calls.delete(this);
  }

  /** A person who is asked takes the time that it takes. */
  async #ask(method: string, params: object): Promise<Result> {
    clearTimeout(this.#timer);
    try {
      return await this.respond(method, params);
    } finally {
      this.#wait();
    }
  }

  /** From now on it may be silent for so long. */
  #wait(): void {
    clearTimeout(this.#timer);
    if (!this.server.calls.has(this)) return;
    this.#timer = setTimeout(() => {
      const seconds = this.#silenceMs / 1000;
      const sentence = `The MCP server "${this.server.name}" did not answer ${this.method} within ${seconds} seconds.`;
      this.leave(new TroupeError("timeout", sentence));
    }, this.#silenceMs);
  }

  readonly #left = (): void => {
    const reason: unknown = this.options.signal?.reason;
    this.leave(reason instanceof Error ? reason : new TroupeError("cancelled", "It was cancelled."));
  };
}
