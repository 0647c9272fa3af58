// The servers of one troupe that are authorized.
import type { Fetch } from "../host/http.js";
import { Authorizer } from "./authorizer.js";
import type { OAuthOptions } from "./options.js";
import { memoryCredentials } from "./store.js";

/** Who goes to each server. Servers that say no store share one in memory, and so their registrations. */
export function authorizersOf(
  servers: ReadonlyMap<string, { url: string; auth: OAuthOptions }>,
  fetch: Fetch,
  now: () => number,
): Map<string, Authorizer> {
  const store = memoryCredentials();
  const authorizers = new Map<string, Authorizer>();
  for (const [name, { url, auth }] of servers) {
    authorizers.set(name, new Authorizer(url, { store, ...auth, fetch, now }));
  }
  return authorizers;
}
