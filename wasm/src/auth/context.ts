// What authorizing one server needs to know.
import type { Fetch } from "../host/http.js";
import type { OAuthOptions } from "./options.js";
import { type CredentialStore, memoryCredentials } from "./store.js";

export interface AuthorizerOptions extends OAuthOptions {
  /** Goes to the network. Default: the host's own `fetch`. */
  fetch?: Fetch;
  /** Milliseconds since 1970. Default: the wall clock. */
  now?: () => number;
}

/** How long an authorization server may take for one answer. */
export const PATIENCE_MS = 30_000;

export interface Context {
  /** Without a fragment. */
  server: URL;
  options: OAuthOptions;
  store: CredentialStore;
  fetch: Fetch;
  now: () => number;
}

export function contextOf(server: string, options: AuthorizerOptions): Context {
  const { store = memoryCredentials(), now = Date.now } = options;
  const { fetch = (url: string, init: RequestInit) => globalThis.fetch(url, init) } = options;
  const url = new URL(server);
  url.hash = "";
  return { server: url, options, store, fetch, now };
}
