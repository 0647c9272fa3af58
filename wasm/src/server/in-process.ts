// One server, and the ways to it. A connection is a pair of functions that take JSON-RPC texts.
import { answer } from "./answers.js";
import { Connection } from "./connection.js";
import type {
  ServerContext,
  ServerDefinition,
  ServerPromptDefinition,
  ServerResourceDefinition,
  ServerToolDefinition,
} from "./define.js";
import { type Mirrored, mirroredIn } from "./headers.js";
import { served } from "./http.js";
import { originsIn } from "./origin.js";
import type { Listener } from "./subscription.js";
import type { Port } from "../server-options.js";
import { TroupeError } from "../errors.js";
import { schemaFault } from "../json-schema.js";
import { onlyNames } from "../names.js";
import { SERVER_PARTS, SERVER_TOOL } from "../option-names.js";
import { type JsonSchema, jsonSchemaOf } from "../schema.js";

/** The other end of a connection. */
export interface Peer {
  receive(text: string): void;
  close(): void;
}

/** A tool as clients are told of it. */
interface Offered {
  inputSchema: JsonSchema;
  [more: string]: unknown;
}

/** A server in this process. Its lists may change while it is connected. */
export class InProcessServer {
  readonly info: { name: string; version: string };
  readonly instructions: string | undefined;
  readonly tools = new Map<string, ServerToolDefinition>();
  /** The same as clients are told of them. */
  readonly offered = new Map<string, Offered>();
  /** Of those tools whose arguments are repeated in headers: which. */
  readonly mirrored = new Map<string, readonly Mirrored[]>();
  readonly resources: ServerResourceDefinition[];
  readonly prompts = new Map<string, ServerPromptDefinition>();
  /** Who is told of changes. */
  readonly listeners = new Set<Listener>();
  readonly #origins: ReadonlySet<string>;

  constructor(given: ServerDefinition) {
    onlyNames("createServer", given, SERVER_PARTS);
    const { name = "in-process", version = "1.0.0", ...definition } = given;
    this.info = { name, version };
    this.instructions = definition.instructions;
    this.#origins = originsIn(definition.origins ?? []);
    this.resources = [...(definition.resources ?? [])];
    for (const tool of definition.tools ?? []) this.#put(tool);
    for (const prompt of definition.prompts ?? []) this.prompts.set(prompt.name, prompt);
  }

  /** Answers the application itself, without a text of JSON-RPC. */
  ask(method: string, params: Record<string, unknown>, context: ServerContext): object | Promise<object> {
    return answer(this, method, params, context);
  }

  /** Connects somebody who takes our texts; the peer takes theirs. */
  open(send: (text: string) => void): Peer {
    const connection = new Connection(this, send);
    this.listeners.add(connection);
    return {
      receive: (text) => connection.receive(text),
      close: () => {
        this.listeners.delete(connection);
        connection.close();
      },
    };
  }

  /**
   * Serves whoever has the other end of a port: another thread, another page. It ends when the other end says `null`, as a
   * troupe does that is disposed of, when the port is closed, and by the function that it gives.
   */
  connect(port: Port): () => void {
    const peer = this.open((text) => port.postMessage(text));
    const hear = ({ data }: { data: unknown }) => (data === null ? end() : peer.receive(String(data)));
    const end = () => {
      port.removeEventListener("message", hear);
      port.removeEventListener("close", end);
      peer.close();
    };
    port.addEventListener("message", hear);
    port.addEventListener("close", end);
    port.start();
    return () => {
      end();
      // Not every host tells the other end that a port was closed.
      port.postMessage(null);
    };
  }

  /**
   * Serves it over HTTP: in a worker, in Deno and Bun as it is, in Node by what makes its requests to web requests. Each
   * request is answered by itself, in both generations of the protocol, and nothing is kept between them: any instance
   * answers any request. A client of 2026-07-28 can be asked, told how far a tool is, and told of changes; one with a
   * handshake cannot be asked. Whoever is answered may call all that there is: put what checks that before it.
   *
   * A page of another origin is refused, unless `origins` of `createServer` has it: else every page that somebody looks at
   * could call a server on that machine, also by pointing a name of its own there (DNS rebinding).
   *
   * @example
   * ```ts
   * import { createServer, serverTool } from "troupe/server";
   * import { z } from "zod";
   *
   * const notes = createServer({
   *   tools: [
   *     serverTool({
   *       name: "note",
   *       description: "Keeps a note.",
   *       input: z.object({ text: z.string() }),
   *       run: ({ text }) => `kept: ${text}`,
   *     }),
   *   ],
   *   origins: ["https://app.example.com"],
   * });
   *
   * export default {
   *   async fetch(request: Request): Promise<Response> {
   *     if (new URL(request.url).pathname !== "/mcp") return new Response("MCP is at /mcp.", { status: 404 });
   *     return notes.fetch(request);
   *   },
   * };
   * ```
   */
  readonly fetch = (request: Request): Promise<Response> => served(this, request, this.#origins);

  /** Adds a tool, or puts it in the place of one with its name, and tells who is connected. */
  addTool(tool: ServerToolDefinition): void {
    this.#put(tool);
    for (const listener of this.listeners) listener.toolsChanged();
  }

  removeTool(name: string): void {
    this.offered.delete(name);
    this.mirrored.delete(name);
    if (this.tools.delete(name)) for (const listener of this.listeners) listener.toolsChanged();
  }

  /** Tells those who subscribed that a resource has changed. */
  updated(uri: string): void {
    for (const listener of this.listeners) listener.updated(uri);
  }

  #put(tool: ServerToolDefinition): void {
    onlyNames(`The tool "${tool?.name}"`, tool, SERVER_TOOL);
    const offered = listed(tool);
    const mirrored = mirroredIn(offered.inputSchema);
    this.offered.set(tool.name, offered);
    this.tools.set(tool.name, tool);
    if (mirrored.length > 0) this.mirrored.set(tool.name, mirrored);
    else this.mirrored.delete(tool.name);
  }
}

function listed(tool: ServerToolDefinition): Offered {
  const { name, title, description, input, jsonSchema, output, readOnly, destructive, idempotent } = tool;
  const taken = jsonSchema ?? input;
  const fault = output && schemaFault(output);
  if (fault !== undefined)
    throw new TroupeError("invalid_input", `The "output" of the tool "${name}" is no JSON Schema: ${fault}.`);
  return {
    name,
    ...(title && { title }),
    description,
    inputSchema: taken ? jsonSchemaOf(`the tool "${name}"`, taken) : { type: "object", properties: {} },
    ...(output && { outputSchema: output }),
    annotations: {
      readOnlyHint: readOnly ?? false,
      destructiveHint: destructive ?? false,
      idempotentHint: idempotent ?? false,
      // What the application itself serves is no stranger's word.
      openWorldHint: false,
    },
  };
}
