import { TroupeError } from "../errors.js";
import type { LoopbackOptions } from "./loopback.js";
import type { Redirect } from "./redirect.js";
import type { CredentialStore } from "./store.js";

/** There are no files here; says so. */
export function fileCredentials(file = "credentials.json"): CredentialStore {
  throw new TroupeError(
    "unsupported",
    `fileCredentials("${file}") needs a disk: it is for Node, Deno and Bun. Give a store of your own.`,
  );
}

/** There are no ports here; says so. */
export function loopbackRedirect(_: LoopbackOptions): () => Promise<Redirect> {
  throw new TroupeError(
    "unsupported",
    "loopbackRedirect() needs a port: it is for Node, Deno and Bun. In browsers, use popupRedirect().",
  );
}
