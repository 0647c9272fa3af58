// Where the MCP servers of a troupe are, and what they may do.
import type { OAuthOptions } from "./auth/options.js";
import type { Secret } from "./options.js";
import type { ServerContext } from "./server/define.js";

/** An MCP server over streamable HTTP. */
export interface RemoteServer {
  /** What it is good for: by this `recommend` and `decide` find it. */
  description?: string | undefined;
  url: string;
  /** Sent as `Authorization: Bearer …`. */
  token?: Secret | undefined;
  /** How access is got, when the server demands it: in place of `token`. */
  auth?: OAuthOptions | undefined;
  /** Headers of every request. They may hold secrets: they stay with the host, like `token`. */
  headers?: Readonly<Record<string, Secret>> | undefined;
  /** Which generation of MCP it speaks: `legacy` up to 2025-11-25, `modern` from 2026-07-28. Default: found out. */
  era?: "auto" | "legacy" | "modern" | undefined;
  /** The longest silence of one call. Default: one minute. */
  timeoutMs?: number | undefined;
  /** Without a call for so long its session is ended; the next call begins another. Default: ten minutes; 0: never. */
  idleMs?: number | undefined;
  /** Another server whose tools this one has as well: calls are spread over both, and each stands in for the other. */
  sameAs?: string | undefined;
  asks?: ServerAsks | undefined;
}

/** What a server may ask of us in the midst of a call. */
export interface ServerAsks {
  /** Questions to a person, by forms and pages. Default: true. */
  elicitation?: boolean | undefined;
  /** Replies of the run's model: `ask` asks a person each time. Default: `ask`. */
  sampling?: "ask" | "allow" | "deny" | undefined;
  /** Folders and the like that it may know of. */
  roots?: readonly { uri: string; name?: string }[] | undefined;
}

/** An MCP server as a local process, spoken to over stdio. Node, Deno and Bun only. */
export interface LocalServer {
  /** What it is good for: by this `recommend` and `decide` find it. */
  description?: string | undefined;
  command: string;
  args?: readonly string[] | undefined;
  /** Added to the few variables that every process gets (PATH, HOME and the like). */
  env?: Readonly<Record<string, string>> | undefined;
  cwd?: string | undefined;
  era?: "auto" | "legacy" | "modern" | undefined;
  timeoutMs?: number | undefined;
  /**
   * Without a call for so long its process is ended; the next call starts another. Default: ten minutes; 0: never, for one
   * that has something to lose, such as an open page.
   */
  idleMs?: number | undefined;
  sameAs?: string | undefined;
  asks?: ServerAsks | undefined;
}

/** What servers in this process and behind ports may be told, too. */
interface NearServer {
  /** What it is good for: by this `recommend` and `decide` find it. */
  description?: string | undefined;
  timeoutMs?: number | undefined;
  asks?: ServerAsks | undefined;
}

/** An MCP server in this process, as `createServer` of `troupe/server` makes it. */
export interface InProcessServer extends NearServer {
  /** Connects somebody who takes its texts of JSON-RPC. */
  open(send: (text: string) => void): { receive(text: string): void; close(): void };
  /** Answers the application itself. Left out: it is asked by texts, too. */
  ask?(method: string, params: Record<string, unknown>, context: ServerContext): object | Promise<object>;
}

/** What is needed of a `MessagePort`. */
export interface Port {
  postMessage(message: string | null): void;
  // Each host has events of its own.
  addEventListener(type: string, listener: (event: any) => void): void;
  removeEventListener(type: string, listener: (event: any) => void): void;
  start(): void;
}

/** An MCP server behind a port: in another thread, or in a page. Each message is a text of JSON-RPC; `null` says that it ends. */
export interface PortServer extends NearServer {
  port: Port;
  /** Which generation of MCP it speaks. Default: `modern`, as servers of `troupe/server` do. */
  era?: "auto" | "legacy" | "modern" | undefined;
}

export type Server = RemoteServer | LocalServer | InProcessServer | PortServer;
