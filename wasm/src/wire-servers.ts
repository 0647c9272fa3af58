// MCP servers as the engine hears of them, and what stays here: processes, ports, and who signs in.
import { keep, onlyAddress } from "./addresses.js";
import type { Configured } from "./configuration.js";
import { TroupeError } from "./errors.js";
import { credentialOf } from "./host/secrets.js";
import { onlyNames, onlyText } from "./names.js";
import { ASKS, SERVER } from "./option-names.js";
import type { WireServer } from "./protocol.js";
import type {
  InProcessServer,
  LocalServer,
  PortServer,
  RemoteServer,
  Server,
  ServerAsks,
} from "./server-options.js";

/** Throws `invalid_input` where it is none. */
export function wireServer(name: string, server: Server, made: Configured): WireServer {
  const whose = `The server "${name}"`;
  if (typeof server !== "object" || server === null)
    throw new TroupeError(
      "invalid_input",
      `${whose} must be an object, such as { url } or { command, args }.`,
    );
  if (server.asks !== undefined) onlyAsks(whose, server.asks);
  if ("open" in server || "port" in server) return wirePeer(name, server, made);
  onlyNames(whose, server, SERVER);
  const { description, era, timeoutMs, idleMs, sameAs, asks } = server;
  const rest = {
    ...(description !== undefined && { description }),
    ...(era && { era }),
    ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }),
    ...(idleMs !== undefined && { idle_ms: idleMs }),
    ...(sameAs !== undefined && { same_as: sameAs }),
    ...asks,
  };
  const { command, url: address } = server as { command?: unknown; url?: unknown };
  if (command !== undefined && address !== undefined)
    throw new TroupeError("invalid_input", `${whose} has a "url" and a "command": give it one of them.`);
  if (command === undefined && address === undefined)
    throw new TroupeError(
      "invalid_input",
      `${whose} needs a "url", a "command" or a "port", or is what createServer() gives.`,
    );
  if (isLocal(server)) {
    onlyText(`${whose}: its "command"`, command);
    made.processes.set(name, server);
    return { type: "stdio", ...rest };
  }
  const { url, token, auth, headers } = server;
  onlyAddress(whose, url);
  if (!auth) return { type: "http", url, ...keep(name, credentialOf(token, headers), made), ...rest };
  if (
    token !== undefined ||
    Object.keys(headers ?? {}).some((key) => key.toLowerCase() === "authorization")
  ) {
    throw new TroupeError(
      "invalid_input",
      `The server "${name}" has a token and "auth": give it one of them.`,
    );
  }
  // The engine names the credential when it sends, and so says which server's authorization a request needs.
  made.authorized.set(name, { url, auth });
  return { type: "http", url, signs_in: true, ...keep(name, headers ?? {}, made), ...rest };
}

const isLocal = (server: LocalServer | RemoteServer): server is LocalServer =>
  (server as Partial<LocalServer>).command !== undefined;

/** Throws where a right that a server is not to have would be misspelt, and so granted. */
function onlyAsks(whose: string, asks: ServerAsks): void {
  onlyNames(`${whose}: its "asks"`, asks, ASKS);
  const { elicitation = true, sampling = "ask" } = asks;
  if (typeof elicitation !== "boolean")
    throw new TroupeError("invalid_input", `${whose}: "elicitation" is true or false.`);
  if (!["ask", "allow", "deny"].includes(sampling))
    throw new TroupeError("invalid_input", `${whose}: "sampling" is "ask", "allow" or "deny".`);
}

function wirePeer(name: string, server: InProcessServer | PortServer, made: Configured): WireServer {
  made.peers.set(name, server);
  const { description, timeoutMs, asks } = server;
  return {
    type: "stdio",
    era: ("port" in server && server.era) || "modern",
    ...(description !== undefined && { description }),
    ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }),
    idle_ms: 0,
    ...asks,
  };
}
