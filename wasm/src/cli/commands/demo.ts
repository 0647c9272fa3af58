// `troupe demo`: a first run over the files that lie here, through the official filesystem server.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { type Settings, settingsFor } from "../config/settings.js";
import type { LocalServer } from "../../server-options.js";
import { Exit, type ExitCode, Trouble } from "../exit.js";
import { type RunFlags, begin, taskFrom } from "./run.js";

const SERVER = "@modelcontextprotocol/server-filesystem";

/** One that the offline model can do, too. */
function taskHere(): string {
  const folder = ["docs/decisions", "docs"].find((each) => existsSync(each));
  return folder === undefined
    ? "List the files here and tell me how many there are."
    : `Read each file in ${folder}, give me the title of each, and say which one is the longest.`;
}

/** The server's program, installed here or beside this package. */
function programOf(name: string): string {
  for (const from of [join(process.cwd(), "here.js"), import.meta.url]) {
    try {
      const file = createRequire(from).resolve(`${name}/package.json`);
      const { bin } = JSON.parse(readFileSync(file, "utf8")) as { bin: string | Record<string, string> };
      return join(dirname(file), typeof bin === "string" ? bin : Object.values(bin)[0]!);
    } catch {
      // Then it may be at the other place.
    }
  }
  throw new Trouble(
    `The demonstration needs the package ${name}. Install it: npm install --save-dev ${name}`,
    Exit.setup,
  );
}

/** The node that runs us is there for sure; one on the PATH is not. */
function files(): LocalServer {
  return { command: process.execPath, args: [programOf(SERVER), process.cwd()], cwd: process.cwd() };
}

export async function demoCommand(words: string[], flags: RunFlags): Promise<ExitCode> {
  const settings = await settingsFor(flags);
  const task = words.length === 0 ? taskHere() : await taskFrom(words);
  // Servers of one's own are better than ours.
  if (Object.keys(settings.servers).length > 0) return begin(task, flags, settings);
  const given = { files: files() };
  const demo: Settings = { ...settings, servers: given, given };
  return begin(task, flags, demo);
}
