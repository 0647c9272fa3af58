// What one client of an in-process server says, in either generation of MCP, and what it is answered.
import { ServerError } from "../connected-server.js";
import type { ElicitationAnswer } from "../connected-server.js";
import { sentenceOf } from "../errors.js";
import { Leaving } from "../leaving.js";
import { InputNeeded, MODERN, type Params, aboutOf, answer } from "./answers.js";
import type { ServerContext } from "./define.js";
import type { InProcessServer } from "./in-process.js";

const LEGACY = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
const VERSION = "io.modelcontextprotocol/protocolVersion";

type Id = string | number;

interface Message {
  id?: Id;
  method?: string;
  params?: Params;
  result?: Record<string, unknown>;
  error?: { message: string };
}

export class Connection {
  readonly #calls = new Map<Id, Leaving>();
  readonly #asked = new Map<
    number,
    { answer(result: Record<string, unknown>): void; fail(why: Error): void }
  >();
  readonly #subscribed = new Set<string>();
  /** Of a stateless client: the request by which it listens, and for what. */
  #listening: { id: Id; filter: Record<string, unknown> } | undefined;
  #modern = false;
  #last = 0;

  constructor(
    private readonly server: InProcessServer,
    private readonly send: (text: string) => void,
  ) {}

  receive(line: string): void {
    let message: Message;
    try {
      message = JSON.parse(line) as Message;
    } catch {
      return this.say({ id: null, error: { code: -32700, message: "That is no JSON." } });
    }
    const { id, method } = message;
    if (method === undefined) return this.#answered(message);
    if (id !== undefined) void this.#reply(id, method, message.params ?? {});
    else if (method === "notifications/cancelled")
      this.#calls.get(message.params?.requestId as string)?.abort(new Error("The client stopped waiting."));
  }

  close(): void {
    const gone = new Error("The client is gone.");
    for (const call of this.#calls.values()) call.abort(gone);
    for (const { fail } of this.#asked.values()) fail(gone);
  }

  changed(method: string): void {
    const filter = `${/(\w+)\/list_changed/.exec(method)?.[1]}ListChanged`;
    if (!this.#modern) this.say({ method });
    else if (this.#listening?.filter[filter]) this.say({ method, params: this.#tagged({}) });
  }

  updated(uri: string): void {
    const method = "notifications/resources/updated";
    if (!this.#modern && this.#subscribed.has(uri)) this.say({ method, params: { uri } });
    const wanted = this.#listening?.filter.resourceSubscriptions;
    if (Array.isArray(wanted) && wanted.includes(uri)) this.say({ method, params: this.#tagged({ uri }) });
  }

  say(message: object): void {
    this.send(JSON.stringify({ jsonrpc: "2.0", ...message }));
  }

  /** Asks a client with a handshake, and waits for what it says. */
  ask(method: string, params: object): Promise<Record<string, unknown>> {
    const id = ++this.#last;
    return new Promise<Record<string, unknown>>((answer, fail) => {
      this.#asked.set(id, { answer, fail });
      this.say({ id, method, params });
    }).finally(() => this.#asked.delete(id));
  }

  #tagged(params: object): object {
    return { ...params, _meta: { "io.modelcontextprotocol/subscriptionId": String(this.#listening?.id) } };
  }

  async #reply(id: Id, method: string, params: Params): Promise<void> {
    const asked = params._meta?.[VERSION];
    const modern = asked !== undefined;
    this.#modern ||= modern;
    const leaving = new Leaving();
    this.#calls.set(id, leaving);
    try {
      if (modern && asked !== MODERN)
        throw new ServerError(`This server speaks ${MODERN}.`, -32022, {
          supported: [MODERN],
          requested: asked,
        });
      const result = await this.#result(id, method, params, leaving, modern);
      const kept = /list$|read$|discover$/.test(method) ? { ttlMs: 0, cacheScope: "private" } : {};
      this.say({ id, result: modern ? { resultType: "complete", ...kept, ...result } : result });
    } catch (error) {
      this.say({ id, ...refusal(error) });
    } finally {
      this.#calls.delete(id);
    }
  }

  #result(
    id: Id,
    method: string,
    params: Params,
    leaving: Leaving,
    modern: boolean,
  ): object | Promise<object> {
    switch (method) {
      case "initialize": {
        const wanted = String(params.protocolVersion);
        const protocolVersion = LEGACY.includes(wanted) ? wanted : LEGACY[0];
        return { protocolVersion, serverInfo: this.server.info, ...aboutOf(this.server) };
      }
      case "ping":
      case "logging/setLevel":
        return {};
      case "resources/subscribe":
        this.#subscribed.add(String(params.uri));
        return {};
      case "resources/unsubscribe":
        this.#subscribed.delete(String(params.uri));
        return {};
      case "subscriptions/listen":
        return this.#listen(id, params, leaving.signal);
      default:
        return answer(this.server, method, params, new Context(this, id, params, leaving, modern));
    }
  }

  #answered({ id, result, error }: Message): void {
    const asked = this.#asked.get(Number(id));
    if (result) asked?.answer(result);
    else asked?.fail(new Error(error?.message ?? "The client answered nothing."));
  }

  #listen(id: Id, params: Params, signal: AbortSignal): Promise<object> {
    const filter = (params.notifications ?? {}) as Record<string, unknown>;
    this.#listening = { id, filter };
    this.say({
      method: "notifications/subscriptions/acknowledged",
      params: this.#tagged({ notifications: filter }),
    });
    return new Promise((resolve) =>
      signal.addEventListener("abort", () => {
        this.#listening = undefined;
        resolve({});
      }),
    );
  }
}

/** What a tool may do while a client waits. */
class Context implements ServerContext {
  readonly #answers: Record<string, Record<string, unknown>>;
  #questions = 0;

  constructor(
    private readonly connection: Connection,
    private readonly id: Id,
    private readonly params: Params,
    private readonly leaving: Leaving,
    private readonly modern: boolean,
  ) {
    this.#answers = answersIn(params);
  }

  get signal(): AbortSignal {
    return this.leaving.signal;
  }

  // Tools take these apart from their context.

  readonly progress = (progress: number, total?: number, message?: string): void => {
    const progressToken = this.params._meta?.progressToken;
    if (progressToken === undefined) return;
    const told = {
      progressToken,
      progress,
      ...(total !== undefined && { total }),
      ...(message && { message }),
    };
    this.connection.say({ method: "notifications/progress", params: told });
  };

  readonly log = (level: string, data: unknown): void =>
    this.connection.say({
      method: "notifications/message",
      params: { level, data, logger: String(this.id) },
    });

  readonly elicit = (message: string, requestedSchema: object): Promise<ElicitationAnswer> =>
    this.#ask("elicitation/create", {
      message,
      requestedSchema,
    }) as Promise<unknown> as Promise<ElicitationAnswer>;

  readonly sample = (asked: object): Promise<Record<string, unknown>> =>
    this.#ask("sampling/createMessage", asked);

  #ask(method: string, params: object): Promise<Record<string, unknown>> {
    if (!this.modern) return this.connection.ask(method, params);
    const key = `${method} ${++this.#questions}`;
    const said = this.#answers[key];
    return said
      ? Promise.resolve(said)
      : Promise.reject(new InputNeeded({ [key]: { method, params } }, this.#answers));
  }
}

/** All answers of a stateless client so far. They are its own, and nothing hangs on them but its own call. */
function answersIn({ requestState, inputResponses }: Params): Record<string, Record<string, unknown>> {
  if (inputResponses === undefined) return {};
  try {
    const before = typeof requestState === "string" ? (JSON.parse(requestState) as object) : {};
    return { ...before, ...(inputResponses as object) };
  } catch {
    throw new ServerError("The requestState is not the one that this server gave.", -32602);
  }
}

function refusal(error: unknown): object {
  if (error instanceof InputNeeded) {
    const { requests, answered } = error;
    const requestState = JSON.stringify(answered);
    return { result: { resultType: "input_required", inputRequests: requests, requestState } };
  }
  const { rpcCode: code = -32603, data } = error instanceof ServerError ? error : {};
  return { error: { code, message: sentenceOf(error), ...(data !== undefined && { data }) } };
}
