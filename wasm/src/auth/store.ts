// Where tokens and registrations are kept.

/**
 * Keeps JSON by key. What it keeps is secret. A troupe reads it once a server and when a token is refused, so processes
 * may share one.
 *
 * @example
 * ```ts
 * import type { CredentialStore } from "troupe";
 *
 * function kvCredentials(kv: {
 *   get(key: string): Promise<string | null>;
 *   put(key: string, value: string): Promise<void>;
 *   delete(key: string): Promise<void>;
 * }): CredentialStore {
 *   return {
 *     get: async (key) => JSON.parse((await kv.get(key)) ?? "null") ?? undefined,
 *     set: (key, value) => kv.put(key, JSON.stringify(value)),
 *     delete: (key) => kv.delete(key),
 *   };
 * }
 * ```
 */
export interface CredentialStore {
  /** What was set last; undefined if there is nothing. */
  get(key: string): Promise<unknown>;
  /** Resolves when it is kept. */
  set(key: string, value: unknown): Promise<void>;
  /** What is not there is no failure. */
  delete(key: string): Promise<void>;
}

/** Keeps credentials as long as this object lives. */
export function memoryCredentials(): CredentialStore {
  const kept = new Map<string, unknown>();
  return {
    get: async (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
  };
}
