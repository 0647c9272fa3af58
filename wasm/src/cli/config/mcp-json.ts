// The `.mcp.json` that other MCP clients read, in the dialects that are around. One server that is wrong does not keep
// the others from being used.

import { dirname, resolve } from "node:path";

import type { OAuthOptions } from "../../auth/options.js";
import type { LocalServer, RemoteServer, Server } from "../../server-options.js";
import { type Fields, fieldsOf, listOf, textOf } from "../journal/values.js";
import { type Expansion, Missing, expand } from "./expand.js";
import { parseLeniently } from "./lenient-json.js";

export interface Servers {
  servers: Record<string, Server>;
  /** Sentences on what is wrong; `of` is the server that it keeps from being used. */
  problems: { of?: string; sentence: string }[];
}

const REMOTE = ["http", "https", "streamable-http", "streamablehttp", "streamable_http", "sse", "remote"];
const LOCAL = ["stdio", "local", "process"];

class Wrong extends Error {}

/** Where the servers stand: `mcpServers`, `servers`, `mcp` or `mcp.servers`. */
function listIn(file: Fields): [key: string, servers: Fields] | undefined {
  for (const key of ["mcpServers", "servers", "mcp"]) {
    const value = file[key];
    if (typeof value !== "object" || value === null) continue;
    const nested = key === "mcp" ? fieldsOf(value).servers : undefined;
    return typeof nested === "object" && nested !== null
      ? ["mcp.servers", fieldsOf(nested)]
      : [key, fieldsOf(value)];
  }
  return undefined;
}

function texts(value: unknown, place: string): Record<string, string> | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Wrong(`${place} must be an object of names and texts.`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (typeof each === "object") throw new Wrong(`${place}.${name} must be a text.`);
      return [name, String(each)];
    }),
  );
}

function remote(entry: Fields, place: string): RemoteServer {
  const url = textOf(entry.url) || textOf(entry.serverUrl) || textOf(entry.httpUrl);
  if (!/^https?:\/\//.test(url))
    throw new Wrong(`${place} needs a "url" that begins with http:// or https://.`);
  const headers = texts(entry.headers, `${place}.headers`);
  const auth = authOf(entry.auth ?? entry.oauth);
  return { url, ...(headers && { headers }), ...(auth && { auth }), ...waiting(entry) };
}

/** `true`, or an object that may name the client: in small letters or, in one dialect, in capitals. */
function authOf(given: unknown): OAuthOptions | undefined {
  if (given === undefined || given === false || given === null) return undefined;
  const { clientId, clientSecret, CLIENT_ID = clientId, CLIENT_SECRET = clientSecret } = fieldsOf(given);
  const [id, secret] = [textOf(CLIENT_ID), textOf(CLIENT_SECRET)];
  return id === "" ? {} : { client: { id, ...(secret !== "" && { secret }) } };
}

function local(entry: Fields, place: string, folder: string): LocalServer {
  // Some clients write the whole command line as one list.
  const [command, ...first] = Array.isArray(entry.command)
    ? entry.command.map(String)
    : [textOf(entry.command)];
  if (!command) throw new Wrong(`${place} needs a "command" (a local process) or a "url" (a remote server).`);
  if (entry.args !== undefined && !Array.isArray(entry.args))
    throw new Wrong(`${place}.args must be a list of texts.`);
  const env = texts(entry.env ?? entry.environment, `${place}.env`);
  const args = [...first, ...listOf(entry.args).map(String)];
  // Relative paths are meant from where the file lies, whatever subfolder troupe is started in.
  const cwd = resolve(folder, textOf(entry.cwd));
  return { command, args, cwd, ...(env && { env }), ...waiting(entry) };
}

function waiting(entry: Fields): { timeoutMs?: number } {
  const ms = entry.timeoutMs ?? entry.timeout;
  return typeof ms === "number" && ms > 0 ? { timeoutMs: ms } : {};
}

function serverOf(entry: Fields, place: string, folder: string): Server {
  const type = textOf(entry.type ?? entry.transport).toLowerCase();
  if (REMOTE.includes(type)) return remote(entry, place);
  if (LOCAL.includes(type)) return local(entry, place, folder);
  if (type !== "") throw new Wrong(`${place} has the type "${type}"; "http" and "stdio" are known.`);
  return entry.command === undefined ? remoteOrNothing(entry, place) : local(entry, place, folder);
}

function remoteOrNothing(entry: Fields, place: string): Server {
  if ((entry.url ?? entry.serverUrl ?? entry.httpUrl) !== undefined) return remote(entry, place);
  throw new Wrong(`${place} needs a "command" (a local process) or a "url" (a remote server).`);
}

export function readMcpJson(text: string, file: string, env: Expansion["env"]): Servers {
  const found: Servers = { servers: {}, problems: [] };
  const whole = parseLeniently(text, file);
  const list = listIn(fieldsOf(whole));
  if (list === undefined) {
    found.problems.push({ sentence: `${file} has no "mcpServers", so no server was taken from it.` });
    return found;
  }
  const folder = dirname(resolve(file));
  const [key, entries] = list;
  for (const [name, entry] of Object.entries(entries)) {
    const place = `${key}.${name}`;
    try {
      if (typeof entry !== "object" || entry === null) throw new Wrong(`${place} must be an object.`);
      if (fieldsOf(entry).disabled === true || fieldsOf(entry).enabled === false) continue;
      found.servers[name] = serverOf(fieldsOf(expand(entry, place, { env, folder })), place, folder);
    } catch (error) {
      if (!(error instanceof Wrong || error instanceof Missing)) throw error;
      found.problems.push({ of: name, sentence: `${file}: ${error.message}` });
    }
  }
  return found;
}
