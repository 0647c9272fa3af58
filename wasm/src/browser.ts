// The package in browsers, and where nothing is known of the host.
import { TroupeError } from "./errors.js";
import type { Platform } from "./host/platform.js";
import { GIVE_IT, compiled, instantiated, streamed } from "./load.js";
import type { TroupeOptions } from "./options.js";
import { startTroupe } from "./live-troupe.js";
import type { Troupe } from "./troupe.js";

export * from "./index.js";
export type { LoopbackOptions } from "./auth/loopback.js";
export { fileCredentials, loopbackRedirect } from "./auth/nonode.js";
export { type BrowserJournal, browserJournal } from "./journals/browser.js";
export { fileJournal } from "./journals/nofile.js";

/** Compiled once a page. */
let module: Promise<WebAssembly.Module> | undefined;

const browser: Platform = {
  load: async (wasm) => instantiated(wasm ? await compiled(wasm) : await (module ??= compiledHere())),
};

/** Starts an engine; see the package's documentation. */
export function createTroupe(options: TroupeOptions = {}): Promise<Troupe> {
  return startTroupe(options, browser);
}

async function compiledHere(): Promise<WebAssembly.Module> {
  try {
    return await streamed(await fetch(new URL("./core/troupe.wasm", import.meta.url)));
  } catch (error) {
    module = undefined;
    if (error instanceof TroupeError) throw error;
    throw new TroupeError("engine", `troupe.wasm could not be loaded. ${GIVE_IT}`, { cause: error });
  }
}
