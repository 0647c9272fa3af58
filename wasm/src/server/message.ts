// What a client says, as JSON-RPC has it, and the revisions of MCP in which it may.
import { ServerError } from "../connected-server.js";

/** Without a handshake: each request says for itself what it needs. */
export const MODERN = "2026-07-28";
/** With one, the newest first. */
export const LEGACY = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

export const VERSION = "io.modelcontextprotocol/protocolVersion";
export const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
export const LOG_LEVEL = "io.modelcontextprotocol/logLevel";
export const SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";

export type Id = string | number;
export type Params = Record<string, unknown> & { _meta?: Record<string, unknown> };

export interface Message {
  /** Left out: nobody waits for an answer. */
  id?: Id;
  /** Left out: it answers what we asked. */
  method?: string;
  params?: Params;
  result?: Record<string, unknown>;
  error?: { message?: string };
}

/** Throws ServerError for what is none. */
export function messageIn(text: string): Message {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw new ServerError("That is no JSON.", -32700);
  }
  if (Array.isArray(message))
    throw new ServerError("That is a batch of messages: send them one by one.", -32600);
  if (!isMessage(message)) throw new ServerError("That is no message of JSON-RPC 2.0.", -32600);
  return message;
}

export const messageText = (message: object): string => JSON.stringify({ jsonrpc: "2.0", ...message });

function isMessage(value: unknown): value is Message {
  const { jsonrpc, id, method, params, result, error } = (value ?? {}) as Record<string, unknown>;
  if (jsonrpc !== "2.0" || !["undefined", "string", "number"].includes(typeof id)) return false;
  if (method === undefined) return isObject(result) || isObject(error);
  return typeof method === "string" && (params === undefined || isObject(params));
}

/** Why a stateless request cannot be answered, whatever it asks. */
export function unfit({ _meta = {} }: Params): ServerError | undefined {
  const asked = _meta[VERSION];
  if (asked !== MODERN) return unsupported(asked, [MODERN]);
  if (isObject(_meta[CAPABILITIES])) return undefined;
  return new ServerError(
    `A request of ${MODERN} has what its client can do as _meta["${CAPABILITIES}"].`,
    -32602,
  );
}

export function unsupported(requested: unknown, supported: readonly string[]): ServerError {
  return new ServerError(`This server speaks ${supported.join(", ")}.`, -32022, { supported, requested });
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
