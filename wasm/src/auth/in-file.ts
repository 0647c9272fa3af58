// Credentials in a file that only its owner can read.
import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { TroupeError } from "../errors.js";
import type { CredentialStore } from "./store.js";

/** See fileCredentials(). */
export function credentialsInFile(
  file: string = join(configurationFolder(), "troupe", "credentials.json"),
): CredentialStore {
  let writing: Promise<unknown> = Promise.resolve();
  /** One after the other: each needs what the one before has written. */
  const change = (edit: (kept: Map<string, unknown>) => void): Promise<void> => {
    const next = writing.then(async () => {
      const kept = await contentsOf(file);
      edit(kept);
      await replace(file, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
    });
    writing = next.catch(() => undefined);
    return next;
  };
  return {
    get: async (key) => (await contentsOf(file)).get(key),
    set: (key, value) => change((kept) => kept.set(key, value)),
    delete: (key) => change((kept) => kept.delete(key)),
  };
}

function configurationFolder(): string {
  const { APPDATA, XDG_CONFIG_HOME } = process.env;
  if (process.platform === "win32" && APPDATA) return APPDATA;
  return XDG_CONFIG_HOME || join(homedir(), ".config");
}

async function contentsOf(file: string): Promise<Map<string, unknown>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
  try {
    return new Map(Object.entries(JSON.parse(text) as Record<string, unknown>));
  } catch {
    // The parser's own words quote the text.
    throw new TroupeError(
      "authentication",
      `${file} is no JSON: mend it, or take it away and sign in again.`,
    );
  }
}

async function replace(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${crypto.randomUUID()}`;
  try {
    const handle = await open(fresh, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    // The mode of open() is cut by the process's umask, which may be anything.
    await chmod(fresh, 0o600);
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
