// The servers of one troupe that are authorized.
import type { Fetch } from "../host/http.js";
import { Authorizer } from "./authorizer.js";
import type { OAuthOptions } from "./options.js";
import { memoryCredentials } from "./store.js";

/** What goes to the network for each server. Servers that say no store share one in memory, and so their registrations. */
export function authorizedFetches(
  servers: ReadonlyMap<string, { url: string; auth: OAuthOptions }>,
  fetch: Fetch,
  now: () => number,
): Map<string, Fetch> {
  const store = memoryCredentials();
  const fetches = new Map<string, Fetch>();
  for (const [name, { url, auth }] of servers) {
    fetches.set(name, new Authorizer(url, { store, ...auth, fetch, now }).fetch);
  }
  return fetches;
}
