// Servers that stand on the command line: `--server name=command or URL`, and `-- command arguments…`.

import type { Server } from "../../server-options.js";
import { Exit, Trouble } from "../exit.js";

/** Splits a command line at spaces; quotes keep words together. */
export function words(line: string): string[] {
  const found = line.match(/(?:[^\s"']+|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  return found.map((word) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_all, double?: string, single?: string) =>
      double === undefined ? (single ?? "") : double.replace(/\\(.)/g, "$1"),
    ),
  );
}

/** Parts of paths that name no server. */
const MUTE = /^(dist|build|lib|src|bin|index|main|cli|server)(\.[cm]?[jt]s)?$/;

/** `npx -y @scope/server-files .` and `node path/server-files/dist/index.js` are both called `files`. */
function nameFor(command: readonly string[]): string {
  const telling = command.find((word, index) => index > 0 && !word.startsWith("-")) ?? command[0]!;
  const part = telling.split(/[/\\]/).findLast((each) => each !== "" && !MUTE.test(each)) ?? "server";
  const name = part
    .replace(/(?<=.)@.*$|\.[cm]?[jt]s$|\.py$/g, "")
    .replace(/^(mcp-)?server-|-mcp(-server)?$/g, "");
  return name.replace(/[^\w-]/g, "_") || "server";
}

function serverOf(text: string, option: string): Server {
  if (/^https?:\/\//.test(text)) return { url: text };
  const [command, ...args] = words(text);
  if (command === undefined) throw new Trouble(`${option} names no command and no URL.`, Exit.usage);
  return { command, args, cwd: process.cwd() };
}

export interface Named {
  /** Servers of the configuration that the run is restricted to. */
  chosen: string[];
  /** Servers that are given right here. */
  given: Record<string, Server>;
}

/** `--server files` chooses; `--server files="npx …"` and `--server https://…` give one. */
export function readServers(options: readonly string[], command: readonly string[]): Named {
  const named: Named = { chosen: [], given: {} };
  for (const option of options) {
    const assigned = /^([\w-]+)=(.+)$/s.exec(option);
    if (assigned) named.given[assigned[1]!] = serverOf(assigned[2]!, `--server ${assigned[1]}`);
    else if (/^https?:\/\//.test(option))
      named.given[new URL(option).hostname.replace(/[^\w-]/g, "_")] = { url: option };
    else named.chosen.push(option);
  }
  if (command.length > 0) {
    named.given[nameFor(command)] = { command: command[0]!, args: command.slice(1), cwd: process.cwd() };
  }
  return named;
}
