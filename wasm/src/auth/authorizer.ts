// Goes to one server with the access that there is, and gets more when the server demands it.
import type { Fetch } from "../host/http.js";
import { type Challenge, challengeOf } from "./challenge.js";
import { type AuthorizerOptions, type Context, contextOf } from "./context.js";
import { type Access, keptAccess } from "./records.js";

/** How often one request may lead to a new authorization. */
const MOST_ATTEMPTS = 3;
/** How long before its end a token counts as ended: the request has to get there. */
const MARGIN_MS = 30_000;
/** How long a refusal holds: what one person declined, the next request does not ask them again at once. */
const REST_MS = 5_000;

/**
 * Authorizes the requests to one server. What authorizing takes is loaded when it is needed first.
 *
 * @example
 * ```ts
 * import { Authorizer, loopbackRedirect } from "troupe";
 *
 * const redirect = loopbackRedirect({ show: (url) => console.log(`Sign in: ${url}`) });
 * const { fetch } = new Authorizer("https://tickets.example/mcp", { redirect });
 * console.log((await fetch("https://tickets.example/mcp", { method: "POST", body: "{}" })).status);
 * ```
 */
export class Authorizer {
  readonly #context: Context;
  #access: Access | undefined;
  #reading: Promise<unknown> | undefined;
  #renewal: Promise<Access | undefined> | undefined;
  #refused: { error: unknown; until: number } | undefined;

  constructor(server: string, options: AuthorizerOptions) {
    this.#context = contextOf(server, options);
  }

  /**
   * Fetches with access. Resolves to the server's refusal when more access would not help, after three attempts too.
   * Rejects with a TroupeError `authentication` when there is no access to be had; its sentence holds no secret. The body
   * must be one that can be sent again: no stream. Requests that are refused at the same time share one authorization,
   * which outlives them.
   */
  readonly fetch: Fetch = (url, init) => this.fetchBy(this.#context.fetch, url, init);

  /** The same, and `send` is what the request leaves by: it sees the headers that were added. */
  async fetchBy(send: Fetch, url: string, init: RequestInit): Promise<Response> {
    // A token goes to its server alone.
    if (new URL(url).origin !== this.#context.server.origin) return send(url, init);
    let access = await unlessAborted(this.#current(), init.signal);
    for (let attempts = 0; ; attempts++) {
      const response = await sent(send, url, init, access);
      const challenge = challengeOf(response);
      if (!challenge || attempts === MOST_ATTEMPTS) return response;
      const next = await unlessAborted(this.#other(access, challenge), init.signal);
      if (!next) return response;
      await response.body?.cancel();
      access = next;
    }
  }

  /** The access that there is, refreshed when it is about to end. */
  async #current(): Promise<Access | undefined> {
    await (this.#reading ??= this.#read());
    const access = this.#access;
    if (!access?.refresh || (access.expires ?? Infinity) > this.#context.now() + MARGIN_MS) return access;
    // If it fails, the server says what it thinks of the old one.
    return (await this.#once(() => this.#refreshed(access)).catch(() => undefined)) ?? access;
  }

  async #read(): Promise<void> {
    try {
      this.#access = await keptAccess(this.#context);
    } catch (error) {
      this.#reading = undefined;
      throw error;
    }
  }

  /** Other access than the one that was refused; nothing, if there is none that would do more. */
  #other(used: Access | undefined, challenge: Challenge): Promise<Access | undefined> {
    const { now } = this.#context;
    // Somebody else got it meanwhile.
    if (!this.#renewal && this.#access?.token !== used?.token) return Promise.resolve(this.#access);
    if (this.#refused && now() < this.#refused.until) return Promise.reject(this.#refused.error);
    return this.#once(() => this.#renewed(used, challenge));
  }

  async #renewed(used: Access | undefined, challenge: Challenge): Promise<Access | undefined> {
    const kept = await keptAccess(this.#context);
    // Another process with the same store was faster.
    if (kept && kept.token !== used?.token) return kept;
    try {
      return await (await import("./renewal.js")).renewed(challenge, this.#context, used);
    } catch (error) {
      this.#refused = { error, until: this.#context.now() + REST_MS };
      throw error;
    }
  }

  async #refreshed(access: Access): Promise<Access | undefined> {
    const kept = await keptAccess(this.#context);
    if (kept && kept.token !== access.token) return kept;
    return (await import("./renewal.js")).refreshed(this.#context, access);
  }

  /** One renewal at a time: a refresh token can be used once, and a person asked once. */
  #once(renew: () => Promise<Access | undefined>): Promise<Access | undefined> {
    return (this.#renewal ??= renew()
      .then((access) => (this.#access = access ?? this.#access) && access)
      .finally(() => (this.#renewal = undefined)));
  }
}

async function sent(
  send: Fetch,
  url: string,
  init: RequestInit,
  access: Access | undefined,
): Promise<Response> {
  if (!access) return send(url, init);
  const { token, type, key } = access;
  if (type === "dpop" && key)
    return (await import("./renewal.js")).fetchBound(send, url, init, { token, key });
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${token}`);
  return send(url, { ...init, headers });
}

/** What is waited for, or the signal's reason. */
function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal | null | undefined): Promise<Value> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
