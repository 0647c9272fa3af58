// `troupe serve --mcp`: troupe as a server of MCP.

import { fileJournal } from "../../node.js";
import { runOptions, type Wishes } from "../config/run-options.js";
import { type Reach, settingsFor } from "../config/settings.js";
import { Exit, type ExitCode, Trouble } from "../exit.js";
import { Folder, shortPath } from "../journal/folder.js";
import { engineFor, notice } from "../session.js";
import { tell } from "../text/tell.js";

export interface ServeFlags extends Reach, Wishes {
  mcp?: boolean;
  http?: number;
  host?: string;
  allowHost?: string[];
  tokenEnv?: string;
}

/** Everything but the protocol goes to stderr: stdout is the client's. */
const say = (line: string) => tell(process.stderr, line);

export async function serveCommand(flags: ServeFlags): Promise<ExitCode> {
  if (!flags.mcp) throw new Trouble("Say what to serve: troupe serve --mcp", Exit.usage);
  const settings = await settingsFor(flags);
  for (const { sentence } of settings.problems) notice(sentence);
  const folder = new Folder(settings.journal);
  folder.make();
  const troupe = await engineFor(settings, folder, say);
  const { mcpServer, serveHttp } = await import("../../serve/node.js");
  const factory = mcpServer({ troupe, journals: fileJournal(folder.path), run: runOptions(flags, settings) });
  const ended = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
    if (flags.http === undefined) process.stdin.once("end", resolve).once("close", resolve);
  });
  const closing =
    flags.http === undefined ? await overStdio(factory) : await overHttp(flags, factory, serveHttp);
  say(`Runs are kept in ${shortPath(folder.path)}.`);
  await ended;
  await closing();
  await troupe.dispose();
  return Exit.done;
}

type Serve = typeof import("../../serve/node.js");

async function overStdio(factory: ReturnType<Serve["mcpServer"]>): Promise<() => Promise<void>> {
  const { serveStdio } = await import("@modelcontextprotocol/server/stdio");
  const served = serveStdio(factory, { onerror: (error) => say(error.message) });
  say("troupe serves MCP on stdin and stdout.");
  return () => served.close();
}

async function overHttp(
  { http, host, allowHost, tokenEnv }: ServeFlags,
  factory: ReturnType<Serve["mcpServer"]>,
  serveHttp: Serve["serveHttp"],
): Promise<() => Promise<void>> {
  const token = tokenEnv === undefined ? undefined : process.env[tokenEnv];
  if (tokenEnv !== undefined && !token)
    throw new Trouble(`The environment has no ${tokenEnv}, which --token-env names.`, Exit.usage);
  const served = await serveHttp(factory, {
    ...(http !== undefined && { port: http }),
    ...(host !== undefined && { host }),
    ...(allowHost && { allowedHosts: allowHost }),
    ...(token !== undefined && { token }),
  }).catch((error: Error) => {
    throw new Trouble(`Nothing can be served there: ${error.message}`, Exit.setup);
  });
  say(`troupe serves MCP at ${served.url}`);
  if (host !== undefined && token === undefined)
    notice("Whoever reaches this address may use it. --token-env names a token that clients have to send.");
  return () => served.close();
}
