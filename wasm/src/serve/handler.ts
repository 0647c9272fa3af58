// MCP over HTTP as a function of requests: stateless clients of 2026-07-28, and sessions for the older ones.
import {
  type EventStore,
  type JSONRPCMessage,
  type McpServerFactory,
  type ServerNotifier,
  WebStandardStreamableHTTPServerTransport,
  createMcpHandler,
  isLegacyRequest,
} from "@modelcontextprotocol/server";

/** Sessions that nobody has used for so long are closed. */
const IDLE_MS = 30 * 60_000;
const MOST_SESSIONS = 1000;
const MOST_EVENTS = 200;
const RETRY_MS = 1000;

interface Session {
  transport: WebStandardStreamableHTTPServerTransport;
  usedAt: number;
  close(): Promise<void>;
}

export interface Handler {
  fetch(request: Request): Promise<Response>;
  /** Tells clients that subscribed of what changed. */
  readonly notify: ServerNotifier;
  close(): Promise<void>;
}

/** Events of a stream that broke, for clients that take it up again; the newest ones of a session. */
class RecentEvents implements EventStore {
  readonly #events: { id: string; stream: string; message: JSONRPCMessage }[] = [];
  #last = 0;

  async storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    const id = `${stream}/${++this.#last}`;
    this.#events.push({ id, stream, message });
    if (this.#events.length > MOST_EVENTS) this.#events.shift();
    return id;
  }

  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return id.includes("/") ? id.slice(0, id.lastIndexOf("/")) : undefined;
  }

  async replayEventsAfter(
    id: string,
    { send }: { send: (id: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const stream = id.slice(0, id.lastIndexOf("/"));
    const after = Number(id.slice(id.lastIndexOf("/") + 1));
    for (const event of this.#events)
      if (event.stream === stream && Number(event.id.slice(stream.length + 1)) > after)
        await send(event.id, event.message);
    return stream;
  }
}

/**
 * Answers requests of MCP. Without `sessions` nothing is kept between them, as in workers: older clients are served too,
 * but cannot be asked.
 */
export function mcpHandler(factory: McpServerFactory, { sessions: kept = true } = {}): Handler {
  if (!kept) return createMcpHandler(factory);
  const modern = createMcpHandler(factory, { legacy: "reject" });
  const sessions = new Map<string, Session>();

  function sweep(): void {
    const oldest = [...sessions].sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [id, session] of oldest) {
      if (sessions.size < MOST_SESSIONS && Date.now() - session.usedAt < IDLE_MS) return;
      sessions.delete(id);
      void session.close();
    }
  }

  async function legacy(request: Request): Promise<Response> {
    const id = request.headers.get("mcp-session-id");
    const known = id === null ? undefined : sessions.get(id);
    if (known) {
      known.usedAt = Date.now();
      return known.transport.handleRequest(request);
    }
    if (id !== null) return refusal(404, -32001, "This session is not known here. Initialize a new one.");
    sweep();
    const server = await factory({ era: "legacy", requestInfo: request });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      eventStore: new RecentEvents(),
      retryInterval: RETRY_MS,
      onsessioninitialized: (session) => {
        sessions.set(session, { transport, usedAt: Date.now(), close: () => server.close() });
      },
      onsessionclosed: (session) => void sessions.delete(session),
    });
    await server.connect(transport);
    return transport.handleRequest(request);
  }

  return {
    notify: modern.notify,
    fetch: async (request) =>
      (await isLegacyRequest(request.clone() as Request)) ? legacy(request) : modern.fetch(request),
    close: async () => {
      await Promise.allSettled([modern.close(), ...[...sessions.values()].map((session) => session.close())]);
      sessions.clear();
    },
  };
}

function refusal(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: "2.0", id: null, error: { code, message } }, { status });
}
