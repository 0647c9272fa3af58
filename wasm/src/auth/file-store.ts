// Credentials in a file. What reads and writes it is loaded when it is needed, as with journals.
import type { CredentialStore } from "./store.js";

/**
 * Keeps credentials in a file with mode 0600. It is written whole and put in place at once, so that a crash leaves the
 * old one or the new one; what other processes have written is read again before. Default: `troupe/credentials.json`
 * below the user's folder for configuration. Node, Deno and Bun only.
 *
 * @example
 * ```ts
 * import { createTroupe, fileCredentials, loopbackRedirect } from "troupe";
 *
 * const auth = { redirect: loopbackRedirect({ show: console.error }), store: fileCredentials() };
 * await createTroupe({ servers: { tickets: { url: "https://tickets.example/mcp", auth } } });
 * ```
 */
export function fileCredentials(file?: string): CredentialStore {
  let loaded: Promise<CredentialStore> | undefined;
  const store = () =>
    (loaded ??= import("./in-file.js").then(({ credentialsInFile }) => credentialsInFile(file)));
  return {
    get: async (key) => (await store()).get(key),
    set: async (key, value) => (await store()).set(key, value),
    delete: async (key) => (await store()).delete(key),
  };
}
