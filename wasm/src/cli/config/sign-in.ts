// How the program signs in to servers that have `auth` and do not say how: by a link that a person opens, once, because
// what comes of it is kept in the user's folder.

import { fileCredentials } from "../../auth/file-store.js";
import { loopbackRedirect } from "../../auth/loopback.js";
import type { Server } from "../../server-options.js";

/** A person reads, signs in, and consents. */
const PATIENCE_MS = 300_000;

/** The servers with all that their `auth` leaves out. `say` gets the sentence with the link. */
export function withSignIn(
  servers: Readonly<Record<string, Server>>,
  say: (line: string) => void,
): Record<string, Server> {
  const store = fileCredentials();
  return Object.fromEntries(
    Object.entries(servers).map(([name, server]) => {
      if (!("url" in server) || !server.auth) return [name, server];
      const show = (url: string) => say(`The server "${name}" wants you to sign in: ${url}`);
      const redirect = loopbackRedirect({ show, patienceMs: PATIENCE_MS });
      const auth = { store, ...(!server.auth.grant && { redirect }), ...server.auth };
      return [name, { timeoutMs: PATIENCE_MS, ...server, auth }];
    }),
  );
}
