// What the deployment sets, and what a troupe is made of from it.
import type { Provider, Server, TroupeOptions } from "troupe";
import { Refusal } from "./refusal.js";
import { tools } from "./tools.js";

/** Bindings of the worker; all are texts and may be left out. Without a model's key or address, runs are offline. */
export interface Bindings {
  OPENAI_BASE_URL?: string;
  OPENAI_API_KEY?: string;
  OPENAI_MODEL?: string;
  /** JSON: `{"name": {"url": "https://…/mcp", "token": "…", "headers": {…}}}`. */
  MCP_SERVERS?: string;
  /** By which state that clients of MCP keep is signed, where several isolates serve them. */
  MCP_STATE_KEY?: string;
  /** Between two signs of life on a silent stream. Default: 15000. */
  KEEP_ALIVE_MS?: string;
}

export function troupeOptions(bindings: Bindings): TroupeOptions {
  return { providers: providersOf(bindings), servers: serversOf(bindings.MCP_SERVERS), tools };
}

export function keepAliveMs({ KEEP_ALIVE_MS }: Bindings): number {
  const ms = Number(KEEP_ALIVE_MS ?? 15_000);
  return ms > 0 ? ms : 15_000;
}

function providersOf({ OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL }: Bindings): Record<string, Provider> {
  if (!OPENAI_BASE_URL && !OPENAI_API_KEY) return {};
  const openai: Provider = { model: OPENAI_MODEL || "gpt-4o-mini" };
  if (OPENAI_BASE_URL) openai.url = OPENAI_BASE_URL;
  if (OPENAI_API_KEY) openai.apiKey = OPENAI_API_KEY;
  return { openai };
}

function serversOf(text: string | undefined): Record<string, Server> {
  if (!text) return {};
  const wrong = () =>
    new Refusal(
      500,
      'The binding MCP_SERVERS must be JSON such as {"search": {"url": "https://example.com/mcp"}}.',
    );
  let servers: unknown;
  try {
    servers = JSON.parse(text);
  } catch {
    throw wrong();
  }
  if (typeof servers !== "object" || servers === null || Array.isArray(servers)) throw wrong();
  for (const server of Object.values(servers)) {
    if (typeof (server as { url?: unknown } | null)?.url !== "string") throw wrong();
  }
  return servers as Record<string, Server>;
}
