// What a run was reached with, kept beside its journal: whoever resumes it need not repeat the options. No secrets.

import { existsSync } from "node:fs";
import { resolve } from "node:path";

import type { Reach, Settings } from "../config/settings.js";
import { settingsFor } from "../config/settings.js";
import type { Server } from "../../server-options.js";
import { Exit, Trouble } from "../exit.js";
import { Folder, type Found, shortPath } from "../journal/folder.js";
import { fieldsOf, textOf } from "../journal/values.js";
import { engineFor } from "../session.js";

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
 * The options of a command, and where they are silent, what the run's memory says. A memory names programs to start: only
 * that beside a journal of the own folder is read, and none by the name that a file from elsewhere gives itself.
 */
export async function recalled(reach: Reach, { found, outer }: Place): Promise<[Settings, Memory]> {
  const memory = outer.holds(found) ? outer.recall(found.run) : undefined;
  const { cwd, config, endpoint, servers = {} } = fieldsOf(memory) as Partial<Memory>;
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

/** The same, of a journal that is as it was written: looked at before anything is loaded or begun for it. */
export async function soundPlaceFor(
  reach: Pick<Reach, "journal" | "config">,
  named: string | undefined,
): Promise<Place> {
  const place = await placeFor(reach, named);
  const troupe = await engineFor();
  const verified = troupe.verify(place.found.text);
  await troupe.dispose();
  if (verified.ok) return place;
  throw new Trouble(`${shortPath(place.found.file)}: ${verified.sentence}`, Exit.journal);
}
