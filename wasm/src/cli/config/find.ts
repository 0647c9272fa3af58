// Configuration files in the current folder or above.

import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { Exit, Trouble } from "../exit.js";

export const CONFIG_NAMES = ["ts", "mts", "js", "mjs", "json"].map((ending) => `troupe.config.${ending}`);
export const MCP_NAMES = [".mcp.json"];

/** The nearest file of these names. */
export function findUp(names: readonly string[], from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = names.map((name) => join(folder, name)).find((file) => existsSync(file));
    if (found !== undefined) return trusted(found, from);
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * Configurations name commands that are run, so one that another user left in a folder above is not taken silently.
 */
function trusted(file: string, from: string): string {
  const me = process.getuid?.();
  if (me === undefined || dirname(file) === resolve(from)) return file;
  const owner = statSync(file).uid;
  if (owner === me || owner === 0) return file;
  throw new Trouble(
    `${file} belongs to another user, and it could start programs. If you trust it, name it with --config.`,
    Exit.usage,
  );
}
