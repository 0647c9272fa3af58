// `troupe/config`: the types of a configuration file, for editors.

import type { Config } from "./load.js";

export type { Config } from "./load.js";

/**
 * Gives back what it is given; it is there so that an editor knows what may be written.
 *
 * @example
 * ```ts
 * import { defineConfig } from "troupe/config";
 *
 * export default defineConfig({
 *   servers: { files: { command: "npx", args: ["-y", "@modelcontextprotocol/server-filesystem", "."] } },
 *   run: { budget: { usd: 0.5 } },
 * });
 * ```
 */
export function defineConfig(config: Config | (() => Config | Promise<Config>)): typeof config {
  return config;
}
