// What a run was reached with, kept beside its journal: whoever resumes it need not repeat the options. No secrets.

import { existsSync } from "node:fs";
import { resolve } from "node:path";

import type { Reach, Settings } from "../config/settings.js";
import { settingsFor } from "../config/settings.js";
import type { Server } from "../../server-options.js";
import { Folder, type Found } from "../journal/folder.js";
import { fieldsOf, textOf } from "../journal/values.js";

export interface Memory {
  /** Where it was started: configuration files are looked for from there. */
  cwd: string;
  config?: string;
  endpoint?: { url: string; keyEnv?: string };
  /** Servers that stood on the command line, or that a demonstration brought. */
  servers: Record<string, Server>;
}

export function memoryOf(reach: Reach, settings: Settings): Memory {
  return {
    cwd: process.cwd(),
    ...(reach.config !== undefined && { config: reach.config }),
    ...(settings.endpoint && { endpoint: settings.endpoint }),
    servers: settings.given,
  };
}

/**
 * The options of a command, and where they are silent, what the run's memory says. `folder` is the one that the command
 * works in: a memory names programs to start, so that of a file from elsewhere is not read.
 */
export async function recalled(reach: Reach, folder: Folder, run: string): Promise<[Settings, Memory]> {
  const { cwd, config, endpoint, servers = {} } = fieldsOf(folder.recall(run)) as Partial<Memory>;
  const from = textOf(cwd) !== "" && existsSync(cwd!) ? cwd! : process.cwd();
  const known: Reach = {
    ...(config !== undefined && { config }),
    ...(endpoint && { url: endpoint.url, ...(endpoint.keyEnv !== undefined && { keyEnv: endpoint.keyEnv }) }),
    ...reach,
  };
  const settings = await settingsFor(known, from);
  const given = { ...servers, ...settings.given };
  return [
    { ...settings, servers: { ...servers, ...settings.servers }, given },
    { ...memoryOf(known, { ...settings, given }), cwd: from },
  ];
}

/** The folder that `--journal` or the configuration names. */
export async function folderFor(reach: Pick<Reach, "journal" | "config">): Promise<Folder> {
  if (reach.journal !== undefined) return new Folder(resolve(reach.journal));
  return new Folder((await settingsFor(reach)).journal);
}

export interface Place {
  found: Found;
  /** The folder that the command works in. */
  outer: Folder;
  /** The folder in which the found journal goes on. */
  folder: Folder;
}

/** The journal of a run, or of the newest unfinished one. */
export async function placeFor(
  reach: Pick<Reach, "journal" | "config">,
  named: string | undefined,
): Promise<Place> {
  const outer = await folderFor(reach);
  const found = named === undefined ? outer.unfinished() : outer.find(named);
  return { found, outer, folder: Folder.for(found, outer) };
}
