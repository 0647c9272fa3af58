// MCP over HTTP in Node: a server on loopback that only its own machine's clients reach, unless it is told otherwise.
import { timingSafeEqual } from "node:crypto";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { pipeline } from "node:stream/promises";

import {
  type McpServerFactory,
  type ServerNotifier,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  validateHostHeader,
  validateOriginHeader,
} from "@modelcontextprotocol/server";

import { mcpHandler } from "./handler.js";

export interface HttpOptions {
  /** Default: any that is free. */
  port?: number;
  /** Where it listens. Default: 127.0.0.1. */
  host?: string;
  /** Names by which clients may call it, beside localhost's: against pages that point their own names at it. */
  allowedHosts?: readonly string[];
  /** What clients send as `Authorization: Bearer …`. Left out: whoever reaches it may use it. */
  token?: string;
}

export interface ServedHttp {
  url: string;
  /** Tells clients that subscribed of what changed. */
  notify: ServerNotifier;
  close(): Promise<void>;
}

/** The longest request that is read. */
const MOST_BYTES = 4 << 20;

/**
 * Serves MCP over streamable HTTP at /mcp, in both generations of the protocol. Rejects when the port is taken.
 *
 * @example
 * ```ts
 * import { createTroupe, fileJournal } from "troupe";
 * import { mcpServer, serveHttp } from "troupe/serve";
 *
 * const journals = fileJournal("runs");
 * const troupe = await createTroupe({ journal: journals });
 * const { url } = await serveHttp(mcpServer({ troupe, journals }), { port: 8787 });
 * console.log(url);
 * ```
 */
export async function serveHttp(factory: McpServerFactory, options: HttpOptions = {}): Promise<ServedHttp> {
  const { port = 0, host = "127.0.0.1", allowedHosts = [], token } = options;
  const handler = mcpHandler(factory);
  const hosts = [...localhostAllowedHostnames(), ...allowedHosts];
  const origins = [...localhostAllowedOrigins(), ...allowedHosts];

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { pathname } = new URL(incoming.url ?? "/", "http://localhost");
    const { origin } = incoming.headers;
    if (!validateHostHeader(incoming.headers.host, hosts).ok)
      return refuse(outgoing, 403, "This host name is not one of this server's. Add it with --allow-host.");
    if (origin !== undefined && !validateOriginHeader(origin, origins).ok)
      return refuse(
        outgoing,
        403,
        "Pages of this origin may not call this server. Add its host with --allow-host.",
      );
    if (pathname !== "/mcp") return refuse(outgoing, 404, "MCP is at /mcp.");
    if (token !== undefined && !isBearer(incoming.headers.authorization, token)) {
      outgoing.setHeader("www-authenticate", "Bearer");
      return refuse(outgoing, 401, "This server wants its token: Authorization: Bearer …");
    }
    const body = await bodyOf(incoming);
    if (body === undefined) return refuse(outgoing, 413, "The request is larger than 4 MiB.");
    const gone = new AbortController();
    outgoing.on("close", () => gone.abort());
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
      method: incoming.method ?? "GET",
      headers: headersOf(incoming),
      signal: gone.signal,
      ...(body.length > 0 && { body }),
    });
    const response = await handler.fetch(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.flushHeaders();
    if (response.body) await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing);
    else outgoing.end();
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() =>
      outgoing.headersSent ? outgoing.destroy() : refuse(outgoing, 500, "It failed."),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as { port: number };
  const shown = host.includes(":") ? `[${host}]` : host;
  return {
    notify: handler.notify,
    url: `http://${shown}:${address.port}/mcp`,
    close: async () => {
      await handler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(outgoing: ServerResponse, status: number, message: string): void {
  const error = { jsonrpc: "2.0", id: null, error: { code: -32000, message } };
  outgoing.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(error));
}

function isBearer(given: string | undefined, token: string): boolean {
  const [expected, said] = [Buffer.from(`Bearer ${token}`), Buffer.from(given ?? "")];
  return said.length === expected.length && timingSafeEqual(said, expected);
}

function headersOf({ headers }: IncomingMessage): Headers {
  const made = new Headers();
  for (const [name, value] of Object.entries(headers))
    for (const each of Array.isArray(value) ? value : [value ?? ""]) made.append(name, each);
  return made;
}

async function bodyOf(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of incoming as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) return undefined;
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}
