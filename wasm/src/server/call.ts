// One request of a client, in either generation of MCP: what may be done while it waits, and what it is answered.
import { type ElicitationAnswer, ServerError } from "../connected-server.js";
import { sentenceOf } from "../errors.js";
import { Leaving } from "../leaving.js";
import { CapabilityNeeded, InputNeeded, aboutOf, answer } from "./answers.js";
import type { ServerContext } from "./define.js";
import type { InProcessServer } from "./in-process.js";
import {
  CAPABILITIES,
  type Id,
  LEGACY,
  LOG_LEVEL,
  MODERN,
  type Params,
  VERSION,
  isObject,
  messageText,
} from "./message.js";
import { Subscription } from "./subscription.js";

type Result = Record<string, unknown>;

/** What there is between requests: only a client that stays connected can be asked, and told of changes. */
export interface Connected {
  /** Asks a client with a handshake. */
  ask(method: string, params: object): Promise<Result>;
  subscribe(uri: string): void;
  unsubscribe(uri: string): void;
}

const LEVELS = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

export abstract class Call extends Leaving implements ServerContext {
  /** Whether the client is stateless. */
  readonly modern: boolean;
  #answers: Readonly<Record<string, Result>> = {};
  #needed: InputNeeded | undefined;
  #questions = 0;

  constructor(
    private readonly server: InProcessServer,
    readonly id: Id,
    readonly method: string,
    private readonly params: Params,
    private readonly connected?: Connected,
  ) {
    super();
    this.modern = params._meta?.[VERSION] !== undefined;
  }

  /** Sends what is said before the reply. */
  protected abstract tell(text: string): void;

  /** Sends the reply. `code` is JSON-RPC's, when it is an error. */
  protected abstract end(text: string, code?: number): void;

  async answer(): Promise<void> {
    let text: string;
    let code: number | undefined;
    try {
      this.#answers = answersIn(this.params);
      text = messageText({ id: this.id, result: this.#dressed(await this.#result()) });
    } catch (error) {
      const refused = refusal(error);
      code = refused.error?.code;
      text = messageText({ id: this.id, ...refused });
    }
    this.end(text, code);
  }

  // Tools take these apart from their context.

  readonly progress: ServerContext["progress"] = (progress, total, message) => {
    const progressToken = this.params._meta?.progressToken;
    if (progressToken === undefined) return;
    const told = { ...(total !== undefined && { total }), ...(message && { message }) };
    this.#say({ method: "notifications/progress", params: { progressToken, progress, ...told } });
  };

  readonly log: ServerContext["log"] = (level, data) => {
    if (this.#hears(level))
      this.#say({ method: "notifications/message", params: { level, data, logger: String(this.id) } });
  };

  readonly elicit: ServerContext["elicit"] = (message, requestedSchema) =>
    this.#ask("elicitation/create", {
      message,
      requestedSchema,
    }) as Promise<unknown> as Promise<ElicitationAnswer>;

  readonly sample: ServerContext["sample"] = (params) => this.#ask("sampling/createMessage", params);

  #say(message: object): void {
    this.tell(messageText(message));
  }

  #dressed(result: object): object {
    if (!this.modern) return result;
    const kept = /list$|read$|discover$/.test(this.method) ? { ttlMs: 0, cacheScope: "private" } : undefined;
    return { resultType: "complete", ...kept, ...result };
  }

  #result(): object | Promise<object> {
    if (!this.modern) {
      const own = this.#ofHandshake();
      if (own) return own;
    } else if (this.method === "subscriptions/listen") return this.#listen();
    return answer(this.server, this.method, this.params, this);
  }

  /** What only clients with a handshake ask; nothing when it is something else. */
  #ofHandshake(): object | undefined {
    switch (this.method) {
      case "initialize": {
        const wanted = String(this.params.protocolVersion);
        const protocolVersion = LEGACY.includes(wanted) ? wanted : LEGACY[0];
        const { info } = this.server;
        return { protocolVersion, serverInfo: info, ...aboutOf(this.server, this.connected !== undefined) };
      }
      case "ping":
      case "logging/setLevel":
        return {};
      case "resources/subscribe":
        this.#connection().subscribe(String(this.params.uri));
        return {};
      case "resources/unsubscribe":
        this.#connection().unsubscribe(String(this.params.uri));
        return {};
      default:
        return undefined;
    }
  }

  #listen(): Promise<object> {
    const { signal } = this;
    const { listeners } = this.server;
    const subscription = new Subscription(this.server, this.id, this.params, (message) => this.#say(message));
    listeners.add(subscription);
    return new Promise((resolve) => {
      const left = () => (listeners.delete(subscription), resolve({}));
      if (signal.aborted) left();
      else signal.addEventListener("abort", left);
    });
  }

  /** Who is connected is the application itself, and hears all; a stateless client elsewhere what it asked for. */
  #hears(level: string): boolean {
    if (!this.modern || this.connected) return true;
    const least = LEVELS.indexOf(String(this.params._meta?.[LOG_LEVEL]));
    return least >= 0 && LEVELS.indexOf(level) >= least;
  }

  #ask(method: string, params: object): Promise<Result> {
    const asked = this.modern ? this.#answered(method, params) : this.#asked(method, params);
    // Whoever asks twice at once may look at the first answer alone.
    asked.catch(() => undefined);
    return asked;
  }

  async #asked(method: string, params: object): Promise<Result> {
    return this.#connection().ask(method, params);
  }

  async #answered(method: string, params: object): Promise<Result> {
    const key = `${method} ${++this.#questions}`;
    const said = this.#answers[key];
    if (said) return said;
    const [capability = ""] = method.split("/");
    const capabilities = this.params._meta?.[CAPABILITIES];
    if (!isObject(capabilities) || !isObject(capabilities[capability]))
      throw new CapabilityNeeded(capability);
    this.#needed ??= new InputNeeded(this.#answers);
    this.#needed.requests[key] = { method, params };
    throw this.#needed;
  }

  #connection(): Connected {
    if (this.connected) return this.connected;
    const sentence = `Over HTTP this server keeps no session, and without one a client of ${LEGACY[0]} or older can neither be asked nor told of changes. One of ${MODERN} can.`;
    throw new ServerError(sentence, -32601);
  }
}

/** All answers of a stateless client so far. They are its own, and nothing hangs on them but its own call. */
function answersIn({ requestState, inputResponses }: Params): Record<string, Result> {
  if (inputResponses === undefined) return {};
  try {
    const before = typeof requestState === "string" ? (JSON.parse(requestState) as object) : {};
    return { ...before, ...(inputResponses as object) };
  } catch {
    throw new ServerError("The requestState is not the one that this server gave.", -32602);
  }
}

export interface Refusal {
  result?: object;
  error?: { code: number; message: string; data?: unknown };
}

/** A failure as the rest of a reply. */
export function refusal(error: unknown): Refusal {
  if (error instanceof InputNeeded) {
    const requestState = JSON.stringify(error.answered);
    return { result: { resultType: "input_required", inputRequests: error.requests, requestState } };
  }
  const { rpcCode: code = -32603, data } = error instanceof ServerError ? error : {};
  return { error: { code, message: sentenceOf(error), ...(data !== undefined && { data }) } };
}
