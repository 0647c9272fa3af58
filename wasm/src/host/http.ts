// Requests of the engine: to the network, or to models that are functions.
import { sentenceOf } from "../errors.js";
import type { Engine } from "../engine.js";
import { Leaving } from "../leaving.js";
import { isPromise } from "../promise.js";
import { type ModelFunction, type ModelReply, LazyRequest, completionOf, isResponse } from "../model.js";
import type { Sign } from "../options.js";
import { sizeOf } from "../frames.js";
import type { CommandOf } from "../protocol.js";
import { Pieces } from "./pieces.js";
import { Redaction, redacted } from "./redaction.js";
import { type Credential, reveal } from "./secrets.js";

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
    /** What goes to the network for a credential in place of `fetch`. */
    private readonly authorized: ReadonlyMap<string, Fetch>,
    private readonly models: ReadonlyMap<string, ModelFunction>,
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
      return this.#failed(id, error);
    }
    this.engine.post({ kind: "http.reply", id, status: 200, headers: JSON_HEADERS }, completion);
    this.#done(id);
  }

  async #request({ id, method, url, headers: plain, credential }: Send, body: Uint8Array<ArrayBuffer>) {
    const leaving = new Leaving();
    this.#open.set(id, leaving);
    let secrets: string[] = [];
    try {
      const keys = credential === undefined ? undefined : this.credentials.get(credential);
      const revealed = await reveal(plain, credential ?? "", keys);
      secrets = revealed.secrets;
      const sign = this.signers.get(credential ?? "");
      const headers = sign
        ? await sign({ method, url, headers: Object.fromEntries(new Headers(revealed.headers)), body })
        : revealed.headers;
      // A fetch that answers within this process does not look at its signal, and to make one takes longer than all else.
      const init: RequestInit = {
        method,
        headers,
        get signal() {
          return leaving.signal;
        },
      };
      if (body.length > 0) init.body = body;
      // fetch takes Authorization away from a request that is sent on to another origin, but no other header.
      if (sign || Object.keys(keys ?? {}).some((header) => header.toLowerCase() !== "authorization"))
        init.redirect = "manual";
      const fetch = this.authorized.get(credential ?? "") ?? this.fetch;
      const response = await fetch(url, init);
      // Who refuses a request may quote its key, whatever the status is, and what is said goes into journals.
      await this.#forward(id, response, new Redaction(secrets, response.status >= 400));
    } catch (error) {
      if (this.#open.has(id)) this.#failed(id, error, secrets);
    }
  }

  async #forward(id: number, response: Response, redaction = new Redaction([])): Promise<void> {
    if (response.type === "opaqueredirect") throw new Error("It sends to another address; give that one.");
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
  #failed(id: number, error: unknown, secrets: readonly string[] = []): void {
    const sentence = redacted(sentenceOf(error), secrets);
    const status = (error as { status?: unknown } | null)?.status;
    if (typeof status === "number" && status >= 400 && status < 600) {
      const body = JSON.stringify({ error: { message: sentence } });
      this.engine.post({ kind: "http.reply", id, status, headers: JSON_HEADERS }, body);
    } else {
      this.engine.post({ kind: "http.failed", id, sentence });
    }
    this.#done(id);
  }

  #done(id: number): void {
    this.#open.delete(id);
    if (this.#open.size === 0) this.#whenIdle?.();
  }
}

function plainHeaders(headers: Headers): Record<string, string> {
  const plain: Record<string, string> = {};
  headers.forEach((value, name) => {
    if (name !== "set-cookie") plain[name] = value;
  });
  return plain;
}
