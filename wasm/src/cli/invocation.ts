// How this program was called, so that the lines it suggests can be pasted as they are.

import { realpathSync } from "node:fs";
import { basename, join, relative } from "node:path";

/** Whether `npx troupe` in this folder would start the same program. */
function isInstalledHere(script: string): boolean {
  try {
    return realpathSync(join(process.cwd(), "node_modules/.bin/troupe")) === realpathSync(script);
  } catch {
    return false;
  }
}

/** `troupe`, `npx troupe` or `node path/to/main.js`. */
export function invocation(
  argv: readonly string[] = process.argv,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const script = argv[1] ?? "troupe";
  if (isInstalledHere(script)) return "npx troupe";
  if (basename(script).replace(/\.(cmd|ps1)$/, "") !== "troupe") {
    const short = relative(process.cwd(), script);
    return `node ${quoted(short.startsWith("..") || short === "" ? script : short)}`;
  }
  return script.includes("node_modules") || env.npm_command === "exec" ? "npx troupe" : "troupe";
}

/** For a POSIX shell; plain words stay as they are. */
export function quoted(word: string): string {
  return /^[\w./:@=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
