// A person signs in in any browser of this machine and comes back to a port that is open so long (RFC 8252, 7.3).
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Redirect } from "./redirect.js";
import { Refusal } from "./refusal.js";

const PATIENCE_MS = 300_000;
const PATH = "/callback";

export interface LoopbackOptions {
  /** Brings the person there; nothing is opened without it. */
  show: (url: string) => void | Promise<void>;
  /** For a client that is registered with one port. Default: one that is free. */
  port?: number;
  /** How long the person may take, in milliseconds. Default: five minutes. */
  patienceMs?: number;
}

/**
 * Signs in with a listener on 127.0.0.1, which is there as long as a sign-in goes on. Node, Deno and Bun only.
 *
 * @example
 * ```ts
 * import { createTroupe, loopbackRedirect } from "troupe";
 *
 * const redirect = loopbackRedirect({ show: (url) => console.error(`Sign in: ${url}`) });
 * await createTroupe({ servers: { tickets: { url: "https://tickets.example/mcp", auth: { redirect } } } });
 * ```
 */
export function loopbackRedirect(options: LoopbackOptions): () => Promise<Redirect> {
  return async () => {
    const { createServer } = await import("node:http");
    return listening(createServer(), options);
  };
}

async function listening(server: Server, { show, port = 0, patienceMs = PATIENCE_MS }: LoopbackOptions) {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Not "localhost": that name may lead elsewhere.
    server.listen(port, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const redirect: Redirect = {
    redirectUri: `${origin}${PATH}`,
    async open(url) {
      const back = answerAt(server, origin, url.searchParams.get("state"));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Refusal("Nobody finished it in time.")), patienceMs);
      });
      try {
        await show(url.href);
        return await Promise.race([back, late]);
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      server.close();
      server.closeIdleConnections();
    },
  };
  return redirect;
}

/** Any page can call this port: only the answer with this sign-in's state counts. */
function answerAt(server: Server, origin: string, state: string | null): Promise<URL> {
  return new Promise((resolve) => {
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const url = new URL(request.url ?? "/", origin);
      const mine =
        request.method === "GET" && url.pathname === PATH && url.searchParams.get("state") === state;
      const said = mine ? "You can close this window and go back." : "There is nothing here.";
      response.writeHead(mine ? 200 : 404, {
        "content-type": "text/plain; charset=utf-8",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        connection: "close",
      });
      response.end(`${said}\n`);
      if (mine) resolve(url);
    });
  });
}
