// troupe.config.{ts,js,mjs,json}: what the package's createTroupe takes, a folder for journals, and options for runs.

import { readFile } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { sentenceOf } from "../../errors.js";
import type { RunOptions, TroupeOptions } from "../../options.js";
import { Exit, Trouble } from "../exit.js";
import { fieldsOf } from "../journal/values.js";
import { Missing, expand } from "./expand.js";
import { parseLeniently } from "./lenient-json.js";

/** What `troupe.config` exports as its default, or a function that returns it. */
export interface Config extends Pick<
  TroupeOptions,
  "providers" | "model" | "servers" | "tools" | "approve" | "ask"
> {
  /** The folder of the journals. Default: `runs`. */
  journal?: string;
  /** Options of every run that the command line does not say otherwise. */
  run?: Pick<RunOptions, "model" | "instruction" | "servers" | "tools" | "budget" | "limits" | "approvals">;
}

const KEYS = ["providers", "model", "servers", "tools", "approve", "ask", "journal", "run"];

async function contentsOf(file: string): Promise<unknown> {
  if (extname(file) === ".json") {
    const text = await readFile(file, "utf8");
    return expand(parseLeniently(text, file), basename(file), { env: process.env, folder: dirname(file) });
  }
  const loaded = /\.m?ts$/.test(file) ? await typescript(file) : await import(pathToFileURL(file).href);
  const exported: unknown = loaded.default ?? loaded;
  return typeof exported === "function" ? await exported() : exported;
}

/** TypeScript costs a compiler, so it is loaded only for those who write it. */
async function typescript(file: string): Promise<{ default?: unknown }> {
  const { createJiti } = await import("jiti");
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  // A configuration may import the package although it is not installed beside it.
  const alias = { "troupe/config": at("./define.js"), troupe: at("../../node.js") };
  return createJiti(import.meta.url, { alias }).import(file);
}

function check(config: unknown, file: string): Config {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new Trouble(`${file} must export an object as its default, such as { servers: {} }.`, Exit.usage);
  }
  for (const key of Object.keys(config)) {
    if (KEYS.includes(key) || key.startsWith("$")) continue;
    throw new Trouble(
      `${file} has the setting "${key}", which does not exist. There are: ${KEYS.join(", ")}.`,
      Exit.usage,
    );
  }
  const fields = fieldsOf(config);
  for (const key of ["providers", "servers", "run"]) {
    if (fields[key] !== undefined && (typeof fields[key] !== "object" || Array.isArray(fields[key]))) {
      throw new Trouble(`${file}: "${key}" must be an object.`, Exit.usage);
    }
  }
  if (fields.tools !== undefined && !Array.isArray(fields.tools)) {
    throw new Trouble(`${file}: "tools" must be a list.`, Exit.usage);
  }
  if (fields.journal !== undefined && typeof fields.journal !== "string") {
    throw new Trouble(`${file}: "journal" must be the name of a folder.`, Exit.usage);
  }
  return config as Config;
}

export async function loadConfig(name: string): Promise<Config> {
  const file = resolve(name);
  let contents: unknown;
  try {
    contents = await contentsOf(file);
  } catch (error) {
    if (error instanceof Trouble) throw error;
    if (error instanceof Missing) throw new Trouble(error.message, Exit.usage);
    throw new Trouble(`${file} could not be read: ${sentenceOf(error)}`, Exit.usage);
  }
  return check(contents, file);
}
