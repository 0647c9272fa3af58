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
import type { Listener } from "./subscription.js";
import type { Port } from "../server-options.js";
import { jsonSchemaOf } from "../schema.js";

/** The other end of a connection. */
export interface Peer {
  receive(text: string): void;
  close(): void;
}

/** A server in this process. Its lists may change while it is connected. */
export class InProcessServer {
  readonly info: { name: string; version: string };
  readonly instructions: string | undefined;
  readonly tools = new Map<string, ServerToolDefinition>();
  /** The same as clients are told of them. */
  readonly offered = new Map<string, object>();
  readonly resources: ServerResourceDefinition[];
  readonly prompts = new Map<string, ServerPromptDefinition>();
  /** Who is told of changes. */
  readonly listeners = new Set<Listener>();

  constructor({ name = "in-process", version = "1.0.0", ...definition }: ServerDefinition) {
    this.info = { name, version };
    this.instructions = definition.instructions;
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

  /** Serves whoever has the other end of a port: another thread, another page. The function that it gives ends that. */
  connect(port: Port): () => void {
    const peer = this.open((text) => port.postMessage(text));
    const hear = ({ data }: { data: unknown }) => peer.receive(String(data));
    port.addEventListener("message", hear);
    port.start();
    return () => {
      port.removeEventListener("message", hear);
      peer.close();
      // Not every host tells the other end that a port was closed.
      port.postMessage(null);
    };
  }

  /** Adds a tool, or puts it in the place of one with its name, and tells who is connected. */
  addTool(tool: ServerToolDefinition): void {
    this.#put(tool);
    for (const listener of this.listeners) listener.toolsChanged();
  }

  removeTool(name: string): void {
    this.offered.delete(name);
    if (this.tools.delete(name)) for (const listener of this.listeners) listener.toolsChanged();
  }

  /** Tells those who subscribed that a resource has changed. */
  updated(uri: string): void {
    for (const listener of this.listeners) listener.updated(uri);
  }

  #put(tool: ServerToolDefinition): void {
    this.offered.set(tool.name, listed(tool));
    this.tools.set(tool.name, tool);
  }
}

function listed(tool: ServerToolDefinition): object {
  const { name, title, description, input, output, readOnly, destructive, idempotent } = tool;
  return {
    name,
    ...(title && { title }),
    description,
    inputSchema: input ? jsonSchemaOf(`the tool "${name}"`, input) : { type: "object", properties: {} },
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
