// Requests of the engine: to the network, or to models that are functions.
import type { Authorizer } from "../auth/authorizer.js";
import { TroupeError, sentenceOf } from "../errors.js";
import type { Engine } from "../engine.js";
import { Leaving } from "../leaving.js";
import { isPromise } from "../promise.js";
import { type ModelFunction, type ModelReply, LazyRequest, completionOf, isResponse } from "../model.js";
import type { Sign } from "../options.js";
import { sizeOf } from "../frames.js";
import type { CommandOf } from "../protocol.js";
import { Pieces } from "./pieces.js";
import { Redaction, redacted } from "./redaction.js";
import { isRedirect, nextAddress } from "./redirects.js";
import { type Credential, reveal, secretsAmong, withheld } from "./secrets.js";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

type Send = CommandOf<"http.send">;

/** A JSON answer up to this size goes to the engine as one event; all else in the pieces in which it comes. */
const WHOLE = 1 << 20;
const JSON_HEADERS = { "content-type": "application/json" };

export class Http {
  readonly #open = new Map<number, { abort(): void }>();
  #unread: LazyRequest[] = [];
  #whenIdle: (() => void) | undefined;

  constructor(
    private readonly engine: Pick<Engine, "post">,
    private readonly fetch: Fetch,
    private readonly credentials: ReadonlyMap<string, Credential>,
    private readonly signers: ReadonlyMap<string, Sign>,
    /** Who adds what a credential's server demands, and then fetches. */
    private readonly authorizers: ReadonlyMap<string, Pick<Authorizer, "fetchBy">>,
    private readonly models: ReadonlyMap<string, ModelFunction>,
    /** Hears why functions of the application failed whose words must not reach the engine. */
    private readonly log: (text: string) => void,
  ) {}

  /** `body` is a view, good until this returns or keep() is called. */
  send(command: Send, body: Uint8Array): void {
    if (command.url.startsWith("call:")) this.#call(command.id, command.url.slice(5), body);
    else void this.#request(command, body.slice());
  }

  abort(id: number): void {
    this.#open.get(id)?.abort();
    this.#done(id);
  }

  keep(): void {
    if (this.#unread.length === 0) return;
    for (const request of this.#unread) request.keep();
    this.#unread = [];
  }

  /** Waits until nothing is under way, at most `ms`; then aborts the rest. */
  async close(ms: number): Promise<void> {
    if (this.#open.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#whenIdle = () => (clearTimeout(timer), resolve());
      });
    }
    for (const id of this.#open.keys()) this.abort(id);
  }

  #call(id: number, name: string, body: Uint8Array): void {
    const request = new LazyRequest(name, body);
    const model = this.models.get(name);
    if (!model) return this.#failed(id, new Error(`There is no function for the model "${name}".`));
    let reply: ModelReply | PromiseLike<ModelReply>;
    try {
      reply = model(request);
    } catch (error) {
      return this.#failed(id, error);
    }
    this.#open.set(id, request);
    if (!isPromise(reply)) return this.#replied(id, reply);
    this.#unread.push(request);
    reply.then(
      (value) => this.#open.has(id) && this.#replied(id, value),
      (error: unknown) => this.#open.has(id) && this.#failed(id, error),
    );
  }

  #replied(id: number, reply: ModelReply): void {
    if (isResponse(reply)) {
      return void this.#forward(id, reply).catch((error) => this.#open.has(id) && this.#failed(id, error));
    }
    let completion: string;
    try {
      completion = completionOf(reply);
    } catch (error) {
      return this.#failed(id, error, [], "invalid_input");
    }
    this.engine.post({ kind: "http.reply", id, status: 200, headers: JSON_HEADERS }, completion);
    this.#done(id);
  }

  async #request(command: Send, body: Uint8Array<ArrayBuffer>): Promise<void> {
    const { id, method, headers: plain, credential = "" } = command;
    const leaving = new Leaving();
    this.#open.set(id, leaving);
    const secrets = new Set<string>();
    const leave = (headers: RequestInit["headers"]) => {
      for (const secret of secretsAmong(headers, plain)) secrets.add(secret);
    };
    const fetch: Fetch = (url, init) => {
      leave(init.headers);
      return this.fetch(url, init);
    };
    const authorizer = this.authorizers.get(credential);
    try {
      const revealed = await reveal(plain, credential, this.credentials.get(credential));
      const sign = this.signers.get(credential);
      if (sign) leave(revealed);
      for (let url = command.url, hops = 0; ; hops++) {
        const headers = sign
          ? await signed(sign, { method, url, headers: Object.fromEntries(new Headers(revealed)), body })
          : revealed;
        const init: RequestInit = {
          method,
          headers,
          redirect: "manual",
          // A fetch that answers within this process does not look at its signal, and to make one takes longer than all else.
          get signal() {
            return leaving.signal;
          },
        };
        if (body.length > 0) init.body = body;
        const response = await (authorizer ? authorizer.fetchBy(fetch, url, init) : fetch(url, init));
        if (!isRedirect(response)) {
          // Who refuses a request may quote its key, whatever the status is, and what is said goes into journals.
          return await this.#forward(id, response, new Redaction(secrets, response.status >= 400));
        }
        await response.body?.cancel();
        if (!this.#open.has(id)) return;
        url = nextAddress(response, url, method, hops);
      }
    } catch (error) {
      if (this.#open.has(id)) this.#failed(id, error, secrets, ownCode(error));
    }
  }

  async #forward(id: number, response: Response, redaction = new Redaction([])): Promise<void> {
    const head = { id, status: response.status, headers: plainHeaders(response.headers) };
    const pieces: Uint8Array[] = [];
    let size = 0;
    let whole = head.headers["content-type"]?.includes("json") || head.headers["content-length"] === "0";
    const start = () => {
      whole = false;
      this.engine.post({ kind: "http.head", ...head });
      if (pieces.length > 0) this.engine.post({ kind: "http.chunk", id }, pieces);
    };
    if (!whole) start();
    const body = new Pieces(response.body);
    for (let over = false; !over;) {
      const read = await body.next().catch((error: unknown) => {
        if (whole) start(); // what broke off is not what never came
        throw error;
      });
      if (!this.#open.has(id)) return body.cancel();
      over = read.length === 0;
      const come = over ? redaction.rest() : redaction.take(read);
      if (come.length === 0) continue;
      size += sizeOf(come);
      if (!whole) this.engine.post({ kind: "http.chunk", id }, come);
      else if (pieces.push(...come) && size > WHOLE) start();
    }
    if (whole) this.engine.post({ kind: "http.reply", ...head }, pieces);
    else this.engine.post({ kind: "http.end", id });
    this.#done(id);
  }

  /** An error that has an HTTP status, as those of vendors' clients do, is an answer with that status. */
  #failed(id: number, error: unknown, secrets: Iterable<string> = [], code?: string): void {
    const isOwn = error instanceof TroupeError;
    if (isOwn && error.cause !== undefined) this.log(`${error.message} ${sentenceOf(error.cause)}`);
    const sentence = redacted(isOwn ? error.message : sentenceOf(error), secrets);
    const status = (error as { status?: unknown } | null)?.status;
    if (typeof status === "number" && status >= 400 && status < 600) {
      const body = JSON.stringify({ error: { message: sentence } });
      this.engine.post({ kind: "http.reply", id, status, headers: JSON_HEADERS }, body);
    } else {
      this.engine.post({ kind: "http.failed", id, sentence, ...(code !== undefined && { code }) });
    }
    this.#done(id);
  }

  #done(id: number): void {
    this.#open.delete(id);
    if (this.#open.size === 0) this.#whenIdle?.();
  }
}

/** Of what the host itself has against a request: it was not sent, or not answered by whom it was meant for. */
const ownCode = (error: unknown) => (error instanceof TroupeError ? error.code : undefined);

async function signed(sign: Sign, request: Parameters<Sign>[0]): Promise<Record<string, string>> {
  try {
    return await sign(request);
  } catch (error) {
    throw withheld(`The request to ${new URL(request.url).origin} could not be signed`, error);
  }
}

function plainHeaders(headers: Headers): Record<string, string> {
  const plain: Record<string, string> = {};
  headers.forEach((value, name) => {
    if (name !== "set-cookie") plain[name] = value;
  });
  return plain;
}
