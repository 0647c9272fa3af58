// What one client of an in-process server says that stays connected, in either generation of MCP, and what it is asked.
import { Call, type Connected, refusal } from "./call.js";
import type { InProcessServer } from "./in-process.js";
import { type Id, type Message, type Params, messageIn, messageText, unfit } from "./message.js";
import type { Listener } from "./subscription.js";

type Result = Record<string, unknown>;

export class Connection implements Connected, Listener {
  readonly #calls = new Map<Id, Call>();
  readonly #asked = new Map<number, { answer(result: Result): void; fail(why: Error): void }>();
  readonly #subscribed = new Set<string>();
  #modern = false;
  #last = 0;

  constructor(
    private readonly server: InProcessServer,
    readonly send: (text: string) => void,
  ) {}

  receive(line: string): void {
    let message: Message;
    try {
      message = messageIn(line);
    } catch (error) {
      return this.#say({ id: null, ...refusal(error) });
    }
    const { id, method, params = {} } = message;
    if (method === undefined) this.#answered(message);
    else if (id !== undefined) this.#begin(id, method, params);
    else if (method === "notifications/cancelled")
      this.#calls.get(params.requestId as Id)?.abort(new Error("The client stopped waiting."));
  }

  close(): void {
    const gone = new Error("The client is gone.");
    for (const call of this.#calls.values()) call.abort(gone);
    for (const { fail } of this.#asked.values()) fail(gone);
  }

  /** A call has its reply. */
  ended({ id }: Call, text: string): void {
    this.#calls.delete(id);
    this.send(text);
  }

  ask(method: string, params: object): Promise<Result> {
    const id = ++this.#last;
    return new Promise<Result>((answer, fail) => {
      this.#asked.set(id, { answer, fail });
      this.#say({ id, method, params });
    }).finally(() => this.#asked.delete(id));
  }

  subscribe(uri: string): void {
    this.#subscribed.add(uri);
  }

  unsubscribe(uri: string): void {
    this.#subscribed.delete(uri);
  }

  // A stateless client listens by requests of its own.

  toolsChanged(): void {
    if (!this.#modern) this.#say({ method: "notifications/tools/list_changed" });
  }

  updated(uri: string): void {
    if (this.#subscribed.has(uri)) this.#say({ method: "notifications/resources/updated", params: { uri } });
  }

  #begin(id: Id, method: string, params: Params): void {
    const call = new ConnectedCall(this.server, id, method, params, this);
    this.#modern ||= call.modern;
    const wrong = call.modern ? unfit(params) : undefined;
    if (wrong) return this.#say({ id, ...refusal(wrong) });
    this.#calls.set(id, call);
    void call.answer();
  }

  #answered({ id, result, error }: Message): void {
    const asked = this.#asked.get(Number(id));
    if (result) asked?.answer(result);
    else asked?.fail(new Error(error?.message ?? "The client answered nothing."));
  }

  #say(message: object): void {
    this.send(messageText(message));
  }
}

class ConnectedCall extends Call {
  constructor(
    server: InProcessServer,
    id: Id,
    method: string,
    params: Params,
    private readonly connection: Connection,
  ) {
    super(server, id, method, params, connection);
  }

  protected override tell(text: string): void {
    this.connection.send(text);
  }

  protected override end(text: string): void {
    this.connection.ended(this, text);
  }
}
