// A request over HTTP. It is answered by JSON, unless something is said before the reply: then by a stream of events.
import { Call } from "./call.js";
import { EventStream } from "./event-stream.js";
import type { InProcessServer } from "./in-process.js";
import type { Id, Params } from "./message.js";

/** What a stateless client reads of the status already. Handshakes have their errors in the body alone. */
const STATUS: Readonly<Record<number, number>> = { [-32601]: 404, [-32021]: 400 };

const JSON_HEADERS = { "content-type": "application/json" };
const STREAM_HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  // Else nginx collects what it should pass on.
  "x-accel-buffering": "no",
};

export class HttpCall extends Call {
  #respond!: (response: Response) => void;
  #stream: EventStream | undefined;
  #left: (() => void) | undefined;
  #ended = false;

  constructor(
    server: InProcessServer,
    id: Id,
    method: string,
    params: Params,
    private readonly request: Request,
  ) {
    super(server, id, method, params);
  }

  response(): Promise<Response> {
    return new Promise((resolve) => {
      this.#respond = resolve;
      void this.answer();
    });
  }

  // The request's own signal is listened to when somebody listens to this one.
  override get signal(): AbortSignal {
    const { signal } = this.request;
    if (!this.#left && !this.#ended) {
      this.#left = () => this.abort(new Error("The client is gone."));
      if (signal.aborted) this.#left();
      else signal.addEventListener("abort", this.#left);
    }
    return super.signal;
  }

  protected override tell(text: string): void {
    if (this.#ended || !this.#takesStreams()) return;
    if (!this.#stream) {
      this.#stream = new EventStream(() => this.abort(new Error("The client is gone.")));
      this.#respond(new Response(this.#stream.body, { headers: STREAM_HEADERS }));
    }
    this.#stream.send(text);
  }

  protected override end(text: string, code?: number): void {
    this.#ended = true;
    if (this.#left) this.request.signal.removeEventListener("abort", this.#left);
    if (this.#stream) return this.#stream.end(text);
    this.#respond(jsonResponse(text, (this.modern && code !== undefined && STATUS[code]) || 200));
  }

  #takesStreams(): boolean {
    if (this.method === "subscriptions/listen") return true;
    const accepted = this.request.headers.get("accept");
    return accepted === null || /text\/event-stream|text\/\*|\*\/\*/.test(accepted);
  }
}

export function jsonResponse(text: string, status: number, more?: Record<string, string>): Response {
  return new Response(text, { status, headers: more ? { ...JSON_HEADERS, ...more } : JSON_HEADERS });
}
