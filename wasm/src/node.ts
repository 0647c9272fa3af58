// The package in Node, Deno and Bun. Its types are those of the package on every host.
import { TroupeError } from "./errors.js";
import type { Platform } from "./host/platform.js";
import { GIVE_IT, compiled, instantiated } from "./load.js";
import type { TroupeOptions } from "./options.js";
import { startTroupe } from "./live-troupe.js";
import type { Troupe } from "./troupe.js";

export * from "./index.js";
export { fileCredentials } from "./auth/file-store.js";
export { type LoopbackOptions, loopbackRedirect } from "./auth/loopback.js";
export { type BrowserJournal, browserJournal } from "./journals/browser.js";
export { fileJournal } from "./journals/file.js";

/** Compiled once a process. */
let module: Promise<WebAssembly.Module> | undefined;

const node: Platform = {
  load: async (wasm) => instantiated(wasm ? await compiled(wasm) : await (module ??= compiledHere())),
  processes: async () => {
    const { LocalProcesses } = await import("./host/processes.js");
    return (engine, servers) => new LocalProcesses(engine, servers);
  },
};

/**
 * Starts an engine.
 *
 * @example
 * ```ts
 * import { createTroupe, fileJournal } from "troupe";
 *
 * const troupe = await createTroupe({
 *   providers: { openai: { apiKey: () => process.env["OPENAI_API_KEY"] ?? "", model: "gpt-4o-mini" } },
 *   servers: { files: { command: "npx", args: ["-y", "@modelcontextprotocol/server-filesystem", "."] } },
 *   journal: fileJournal("runs"),
 * });
 * const { answer } = await troupe.run("Which file here is the largest?", { budget: { usd: 0.5 } });
 * console.log(answer);
 * await troupe.dispose();
 * ```
 */
export function createTroupe(options: TroupeOptions = {}): Promise<Troupe> {
  return startTroupe(options, node);
}

async function compiledHere(): Promise<WebAssembly.Module> {
  const file = new URL("./core/troupe.wasm", import.meta.url);
  try {
    // To import it would load all that it exports, streams too: Node has it already.
    const { readFileSync } = process.getBuiltinModule?.("node:fs") ?? (await import("node:fs"));
    return await WebAssembly.compile(readFileSync(file));
  } catch (error) {
    module = undefined;
    throw new TroupeError("engine", `${file.pathname} could not be loaded. ${GIVE_IT}`, { cause: error });
  }
}
