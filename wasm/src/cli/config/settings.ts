// Everything that a command is told, in one place: by its options, by configuration files, by the environment.

import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

import type { Provider } from "../../options.js";
import type { Server } from "../../server-options.js";
import { Exit, Trouble } from "../exit.js";
import { type Named, readServers } from "./adhoc.js";
import { endpoint, isUrl, providersOf } from "./environment.js";
import { CONFIG_NAMES, MCP_NAMES, findUp } from "./find.js";
import { type Config, loadConfig } from "./load.js";
import { readMcpJson } from "./mcp-json.js";

/** Options that say what a run reaches; all commands that run something have them. */
export interface Reach {
  config?: string;
  journal?: string;
  model?: string;
  url?: string;
  keyEnv?: string;
  server?: string[];
  /** What stood behind `--`: the command line of a local server. */
  command?: string[];
}

export interface Settings extends Omit<Config, "journal" | "run"> {
  providers: Record<string, Provider>;
  servers: Record<string, Server>;
  /** The folder of the journals. */
  journal: string;
  run: NonNullable<Config["run"]>;
  /** Servers that the run is restricted to. */
  chosen?: string[];
  /** The configuration files that were read. */
  files: string[];
  /** What is wrong with them, in sentences. */
  problems: { of?: string; sentence: string }[];
  /** Servers that stood on the command line. */
  given: Named["given"];
  /** The provider of `--url`. */
  endpoint?: { url: string; keyEnv?: string };
}

/** Where the configuration tells of local servers: their relative paths start there. */
function placed(servers: Readonly<Record<string, Server>>, folder: string): Record<string, Server> {
  return Object.fromEntries(
    Object.entries(servers).map(([name, server]) => [
      name,
      "command" in server ? { ...server, cwd: resolve(folder, server.cwd ?? "") } : server,
    ]),
  );
}

function credential(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const key = process.env[name];
  if (!key) throw new Trouble(`--key-env names ${name}, which is not set in the environment.`, Exit.setup);
  return key;
}

export async function settingsFor(reach: Reach, from = process.cwd()): Promise<Settings> {
  if (reach.config !== undefined && !existsSync(reach.config)) {
    throw new Trouble(`There is no file ${reach.config}.`, Exit.usage);
  }
  const isMcp = reach.config !== undefined && /mcp[^/\\]*\.json$/.test(reach.config);
  const configFile = isMcp ? undefined : (reach.config ?? findUp(CONFIG_NAMES, from));
  const mcpFile = isMcp ? reach.config : findUp(MCP_NAMES, from);
  const {
    journal,
    run = {},
    ...config
  }: Config = configFile === undefined ? {} : await loadConfig(configFile);
  const mcp =
    mcpFile === undefined ? undefined : readMcpJson(readFileSync(mcpFile, "utf8"), mcpFile, process.env);
  const named = readServers(reach.server ?? [], reach.command ?? []);

  const adhoc =
    reach.url === undefined
      ? {}
      : { endpoint: endpoint(checked(reach.url), credential(reach.keyEnv), reach.model) };
  const configured: Record<string, Provider> = { ...config.providers };
  const providers = {
    ...adhoc,
    ...(Object.keys(configured).length > 0 ? configured : providersOf(process.env)),
  };
  const folder = configFile === undefined ? from : dirname(resolve(configFile));
  const settings: Settings = {
    ...config,
    providers,
    servers: { ...mcp?.servers, ...placed(config.servers ?? {}, folder), ...named.given },
    journal: resolve(from, reach.journal ?? (journal === undefined ? "runs" : resolve(folder, journal))),
    run,
    files: [configFile, mcpFile].filter((file) => file !== undefined).map((file) => resolve(file)),
    problems: mcp?.problems ?? [],
    given: named.given,
    ...(reach.url !== undefined && {
      endpoint: { url: reach.url, ...(reach.keyEnv && { keyEnv: reach.keyEnv }) },
    }),
  };
  const chosen = choose(named, settings);
  return chosen === undefined ? settings : { ...settings, chosen };
}

function checked(url: string): string {
  if (isUrl(url)) return url;
  throw new Trouble(
    `--url must begin with http:// or https://, such as http://localhost:11434/v1.`,
    Exit.usage,
  );
}

/** A server that is named and cannot be used ends the command; others that are wrong are only told of. */
function choose({ chosen, given }: Named, settings: Settings): string[] | undefined {
  for (const name of chosen) {
    if (settings.servers[name] !== undefined) continue;
    const problem = settings.problems.find(({ of }) => of === name);
    if (problem !== undefined) throw new Trouble(problem.sentence, Exit.setup);
    const known = Object.keys(settings.servers).join(", ") || "none";
    throw new Trouble(
      `There is no server "${name}" in the configuration (configured: ${known}). To give one here, write ` +
        `--server ${name}="command and arguments" or --server ${name}=https://….`,
      Exit.usage,
    );
  }
  return chosen.length === 0 ? undefined : [...chosen, ...Object.keys(given)];
}

/** `provider:model` for the engine, from what people write: also a provider, or a model of the first provider. */
export function modelFor(
  model: string | undefined,
  settings: Pick<Settings, "providers" | "endpoint">,
): string | undefined {
  if (settings.endpoint !== undefined) return model === undefined ? "endpoint" : `endpoint:${model}`;
  if (model === undefined || model === "auto") return model;
  const names = Object.keys(settings.providers);
  const [prefix = ""] = model.split(":");
  if (prefix === "offline" || names.includes(prefix)) return model;
  const first = names.find((name) => settings.providers[name]?.type !== "offline");
  if (first === undefined) {
    throw new Trouble(
      `For the model "${model}" a provider is needed: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server such as ` +
        `Ollama, or name one with --url. Without any there is only the model "offline".`,
      Exit.setup,
    );
  }
  return `${first}:${model}`;
}
