// The entry `troupe/server`: servers of MCP in this process, for a troupe, for another thread or page, or over HTTP.
import { InProcessServer } from "./in-process.js";
import type { PlainServerToolDefinition, ServerDefinition, ServerToolDefinition } from "./define.js";
import type { JsonSchema, StandardSchema } from "../schema.js";

export type {
  Completer,
  PlainServerToolDefinition,
  Readable,
  ServerContext,
  ServerDefinition,
  ServerPromptDefinition,
  ServerResourceDefinition,
  ServerToolDefinition,
} from "./define.js";
export type { InProcessServer, Peer } from "./in-process.js";

/**
 * Makes a server of MCP that lives in this process and costs microseconds a call. Give it to `createTroupe` as one of its
 * `servers`, connect it to a `MessagePort` whose other end somebody else gives as `{ port }`, or serve it over HTTP by its `fetch`.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 * import { createServer, serverTool } from "troupe/server";
 * import { z } from "zod";
 *
 * const clock = createServer({
 *   tools: [
 *     serverTool({
 *       name: "time_in",
 *       description: "The time in a time zone.",
 *       input: z.object({ zone: z.string() }),
 *       readOnly: true,
 *       run: ({ zone }) => new Date().toLocaleTimeString("en", { timeZone: zone }),
 *     }),
 *   ],
 *   resources: [{ uri: "clock://zones", name: "zones", read: () => Intl.supportedValuesOf("timeZone").join("\n") }],
 * });
 * const troupe = await createTroupe({ servers: { clock } });
 * console.log(await troupe.server("clock").call("time_in", { zone: "Europe/Oslo" }));
 * ```
 */
export function createServer(definition: ServerDefinition): InProcessServer {
  return new InProcessServer(definition);
}

/** A tool of such a server, its arguments typed by its schema. */
export function serverTool(definition: PlainServerToolDefinition): ServerToolDefinition;
export function serverTool<Output>(
  definition: ServerToolDefinition<StandardSchema<Output>, Output> & { input: StandardSchema<Output> },
): ServerToolDefinition;
export function serverTool<Arguments extends object = Record<string, unknown>>(
  definition: ServerToolDefinition<JsonSchema, Arguments> & { input: JsonSchema },
): ServerToolDefinition;
export function serverTool(definition: object): ServerToolDefinition {
  return definition as ServerToolDefinition;
}
