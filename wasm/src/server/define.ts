// What a server of MCP in this process is made of.
import type {
  CallResult,
  Content,
  ElicitationAnswer,
  PromptMessage,
  ResourceContent,
} from "../connected-server.js";
import { jsonOf } from "../result.js";
import type { JsonSchema, StandardSchema } from "../schema.js";
import type { ToolHints } from "../tool.js";

/** What whoever is called may do meanwhile. */
export interface ServerContext {
  /** Aborts when the client does not wait any more. */
  readonly signal: AbortSignal;
  /** Tells how far it is. */
  progress(progress: number, total?: number, message?: string): void;
  log(level: "debug" | "info" | "warning" | "error", data: unknown): void;
  /**
   * Asks the client's person by a form. A stateless client gets the question as the result and calls again with the answer:
   * what stands before this runs twice then, so ask before you act, and what can be asked at once (`Promise.all`) at once.
   */
  elicit(message: string, schema: JsonSchema): Promise<ElicitationAnswer>;
  /** Asks the client's model: the params of `sampling/createMessage`, and its result. The same holds as for `elicit`. */
  sample(params: Record<string, unknown>): Promise<Record<string, unknown>>;
}

export interface ServerToolDefinition<
  Input = StandardSchema | JsonSchema,
  Arguments = never,
> extends ToolHints {
  name: string;
  title?: string | undefined;
  description: string;
  /**
   * What it takes, and is given nothing else: JSON Schema, or a schema of a library that follows Standard Schema, such as
   * zod from 4.2, arktype from 2.1.28, or valibot with `toStandardJsonSchema()`. Default: no arguments.
   */
  input?: Input | undefined;
  /** The same in JSON Schema, for a library that cannot write it: other releases of these, and others. */
  jsonSchema?: JsonSchema | undefined;
  /** JSON Schema of the structured result. The tool has failed when it gives another. */
  output?: JsonSchema | undefined;
  /** What it returns is sent: a text, any JSON (structured, and as text), or a whole result. What it throws, too. */
  run(args: Arguments, context: ServerContext): unknown;
}

/** A tool that takes no arguments. */
export interface PlainServerToolDefinition extends ServerToolDefinition<undefined, Record<string, never>> {
  input?: undefined;
}

export interface ServerResourceDefinition {
  /** Its address; with `{name}` in it, a template for many. */
  uri: string;
  name: string;
  title?: string | undefined;
  description?: string | undefined;
  mimeType?: string | undefined;
  /** A text, bytes, or the protocol's contents. `values` are those of a template's names. */
  read(uri: string, values: Record<string, string>): Readable | Promise<Readable>;
  /** Values that begin so, for one of the template's names. */
  complete?: Record<string, Completer> | undefined;
}

export type Readable = string | Uint8Array | ResourceContent[];
export type Completer = (begin: string, known: Record<string, string>) => string[] | Promise<string[]>;

export interface ServerPromptDefinition {
  name: string;
  title?: string | undefined;
  description?: string | undefined;
  arguments?:
    | {
        name: string;
        description?: string | undefined;
        required?: boolean | undefined;
        complete?: Completer | undefined;
      }[]
    | undefined;
  /** The user's words, or whole messages. What is `required` is there; the others may be missing. */
  get(args: Record<string, string>): string | PromptMessage[] | Promise<string | PromptMessage[]>;
}

export interface ServerDefinition {
  name?: string | undefined;
  version?: string | undefined;
  instructions?: string | undefined;
  tools?: readonly ServerToolDefinition[] | undefined;
  resources?: readonly ServerResourceDefinition[] | undefined;
  prompts?: readonly ServerPromptDefinition[] | undefined;
  /**
   * Over HTTP: origins of pages that may call it beside its own, such as `https://app.example.com`; `*` is every page. Clients
   * that are no pages have none, and are not held to it.
   */
  origins?: readonly string[] | undefined;
}

/**
 * What a tool's return value is as a result of the protocol. Up to 2025-11-25 what is structured is an object, and clients
 * refuse anything else: only who says in `output` what it gives may give it.
 */
export function resultOf(value: unknown, output: JsonSchema | undefined): CallResult {
  const { content } = (value ?? {}) as { content?: unknown };
  if (Array.isArray(content)) return value as CallResult;
  if (typeof value === "string") return { content: [text(value)] };
  if (value === undefined || value === null) return { content: [] };
  if (typeof value === "number" && !Number.isFinite(value)) return { content: [text(String(value))] };
  const result: CallResult = { content: [text(jsonOf(value))] };
  if (output || (typeof value === "object" && !Array.isArray(value))) result.structuredContent = value;
  return result;
}

export const text = (words: string): Content => ({ type: "text", text: words });
