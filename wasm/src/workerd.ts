// The package in workerd (Cloudflare Workers): the engine comes compiled, because compiling is forbidden there.
import wasm from "./core/troupe.wasm";
import type { Platform } from "./host/platform.js";
import { compiled, instantiated } from "./load.js";
import type { TroupeOptions } from "./options.js";
import { startTroupe } from "./live-troupe.js";
import type { Troupe } from "./troupe.js";

export * from "./index.js";
export type { LoopbackOptions } from "./auth/loopback.js";
export { fileCredentials, loopbackRedirect } from "./auth/nonode.js";
export { type BrowserJournal, browserJournal } from "./journals/browser.js";
export { fileJournal } from "./journals/nofile.js";

const workerd: Platform = {
  load: async (given) => instantiated(given ? await compiled(given) : wasm),
};

/** Starts an engine; see the package's documentation. */
export function createTroupe(options: TroupeOptions = {}): Promise<Troupe> {
  return startTroupe(options, workerd);
}
