// One server, and its connections. A connection is a pair of functions that take JSON-RPC texts.
import { Connection } from "./connection.js";
import type {
  ServerDefinition,
  ServerPromptDefinition,
  ServerResourceDefinition,
  ServerToolDefinition,
} from "./define.js";
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
  readonly resources: ServerResourceDefinition[];
  readonly prompts = new Map<string, ServerPromptDefinition>();
  readonly #connections = new Set<Connection>();

  constructor({ name = "in-process", version = "1.0.0", ...definition }: ServerDefinition) {
    this.info = { name, version };
    this.instructions = definition.instructions;
    this.resources = [...(definition.resources ?? [])];
    for (const tool of definition.tools ?? []) this.tools.set(tool.name, checked(tool));
    for (const prompt of definition.prompts ?? []) this.prompts.set(prompt.name, prompt);
  }

  /** Connects somebody who takes our texts; the peer takes theirs. */
  open(send: (text: string) => void): Peer {
    const connection = new Connection(this, send);
    this.#connections.add(connection);
    return {
      receive: (text) => connection.receive(text),
      close: () => {
        this.#connections.delete(connection);
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
    this.tools.set(tool.name, checked(tool));
    this.#tell("notifications/tools/list_changed");
  }

  removeTool(name: string): void {
    if (this.tools.delete(name)) this.#tell("notifications/tools/list_changed");
  }

  /** Tells those who subscribed that a resource has changed. */
  updated(uri: string): void {
    for (const connection of this.#connections) connection.updated(uri);
  }

  #tell(method: string): void {
    for (const connection of this.#connections) connection.changed(method);
  }
}

function checked(tool: ServerToolDefinition): ServerToolDefinition {
  if (tool.input) jsonSchemaOf(tool.name, tool.input);
  return tool;
}
