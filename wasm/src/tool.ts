// Tools that are functions of the application.
import { TroupeError } from "./errors.js";
import { onlyNames, onlyText } from "./names.js";
import { TOOL } from "./option-names.js";
import {
  type JsonSchema,
  type StandardSchema,
  asOneObject,
  isStandardSchema,
  jsonSchemaOf,
} from "./schema.js";

/** What a tool is told beside its arguments. */
export interface ToolContext {
  /** The run that calls it. */
  readonly run: string;
  /** The step that calls it, such as `"0.3"`. */
  readonly step: string;
  /** The same whenever this very call is repeated after a crash: hand it on as an idempotency key. */
  readonly key: string;
  /** Aborts when the result is not wanted any more. */
  readonly signal: AbortSignal;
}

/** What a tool does to the world. It decides what is asked before a call, and what a crash in the middle means. */
export interface ToolHints {
  /** It only looks: no approval, and done again after a crash. */
  readOnly?: boolean | undefined;
  /** It can destroy something: people are asked before. */
  destructive?: boolean | undefined;
  /** Twice is the same as once: done again after a crash, without asking. */
  idempotent?: boolean | undefined;
}

/** What every tool has. */
export interface ToolBasis<Arguments> extends ToolHints {
  /** What models call it by: letters, digits, `_` and `-`. */
  name: string;
  /** What models choose it by: what it does, and when to use it. */
  description: string;
  /**
   * Does it. What it returns is sent to the model: a text, any JSON, or an MCP CallToolResult. What it throws, too. After ten
   * minutes without either it is given up, and `context.signal` aborts.
   */
  run(args: Arguments, context: ToolContext): unknown;
}

/** A tool that takes arguments. */
export interface ToolDefinition<Input, Arguments> extends ToolBasis<Arguments> {
  /**
   * What it takes: JSON Schema, or a schema of a library that follows Standard Schema, such as zod from 4.2, arktype from
   * 2.1.28, or valibot with `toStandardJsonSchema()`. Default: no arguments.
   */
  input: Input;
  /** The same in JSON Schema, for a library that cannot write it: other releases of these, and others. */
  jsonSchema?: JsonSchema | undefined;
}

/** A tool that takes none. */
export interface PlainToolDefinition extends ToolBasis<Record<string, never>> {
  input?: undefined;
  jsonSchema?: undefined;
}

/** A tool, ready for `createTroupe({ tools })`. */
export interface Tool extends ToolHints {
  readonly name: string;
  readonly description: string;
  readonly input: JsonSchema;
  readonly schema?: StandardSchema | undefined;
  run(args: never, context: ToolContext): unknown;
}

/**
 * Makes a tool of a function.
 *
 * @example
 * ```ts
 * import { createTroupe, tool } from "troupe";
 * import { z } from "zod";
 *
 * const add = tool({
 *   name: "add",
 *   description: "Adds two numbers.",
 *   input: z.object({ a: z.number(), b: z.number() }),
 *   readOnly: true,
 *   run: ({ a, b }) => a + b,
 * });
 * const troupe = await createTroupe({ tools: [add] });
 * console.log((await troupe.run("add 17 and 25")).answer);
 * ```
 */
export function tool(definition: PlainToolDefinition): Tool;
export function tool<Output>(definition: ToolDefinition<StandardSchema<Output>, Output>): Tool;
export function tool<Arguments extends object = Record<string, unknown>>(
  definition: ToolDefinition<JsonSchema, Arguments>,
): Tool;
export function tool(definition: GivenTool): Tool {
  return toolOf(definition);
}

/** What `createTroupe` takes as a tool: also one that is written down without `tool`. */
export type GivenTool = Tool | PlainToolDefinition | ToolDefinition<StandardSchema | JsonSchema, never>;

/** A tool of what was given as one. Throws `invalid_input` where it is none. */
export function toolOf(given: GivenTool): Tool {
  onlyTool(given);
  const { name, jsonSchema, schema } = given as ToolDefinition<unknown, never> & Partial<Tool>;
  const input = given.input === undefined ? { type: "object", properties: {} } : given.input;
  const library = [input, schema].find(isStandardSchema);
  const json = jsonSchemaOf(`the tool "${name}"`, jsonSchema ?? input);
  return {
    ...given,
    input: library ? asOneObject(json) : json,
    schema: library,
    // As a method: it may stand in an object that it needs.
    run: (args, context) => given.run(args, context),
  };
}

/** Throws where it has hints that there are not: one that is misspelt would not be heeded. */
function onlyTool(given: GivenTool): void {
  const { name, description, run } = given ?? {};
  if (typeof name !== "string" || !/^[\w-]{1,64}$/.test(name)) {
    throw new TroupeError(
      "invalid_input",
      `"${String(name)}" is no name for a tool: models take 1 to 64 letters, digits, _ and -.`,
    );
  }
  onlyNames(`The tool "${name}"`, given, TOOL);
  onlyText(`The tool "${name}": its "description"`, description);
  for (const hint of ["readOnly", "destructive", "idempotent"] as const) {
    if (given[hint] !== undefined && typeof given[hint] !== "boolean")
      throw new TroupeError("invalid_input", `The tool "${name}": "${hint}" is true or false.`);
  }
  if (typeof run !== "function")
    throw new TroupeError("invalid_input", `The tool "${name}" needs a function "run" that does it.`);
}
