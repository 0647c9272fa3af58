// Servers that are no processes and yet are spoken to line by line: those in this process, and those behind a MessagePort.
import type { Engine } from "../engine.js";
import { sentenceOf } from "../errors.js";
import { textOf } from "../frames.js";
import type { InProcessServer, Port, PortServer } from "../server-options.js";

export type PeerServer = InProcessServer | PortServer;

interface Peer {
  receive(text: string): void;
  close(): void;
}

export class Peers {
  readonly #open = new Map<number, Peer>();

  constructor(
    private readonly engine: Pick<Engine, "post">,
    private readonly servers: ReadonlyMap<string, PeerServer>,
  ) {}

  /** False when the server is none of ours. */
  start(id: number, name: string): boolean {
    const server = this.servers.get(name);
    if (!server) return false;
    const hear = (line: string) => {
      if (this.#open.has(id)) this.engine.post({ kind: "process.line", id }, line);
    };
    const closed = () => {
      if (this.#open.delete(id))
        this.engine.post({ kind: "process.exit", id, sentence: "The other side closed its port." });
    };
    this.#guarded(id, () => {
      this.#open.set(id, "port" in server ? overPort(server.port, hear, closed) : server.open(hear));
    });
    return true;
  }

  /** False when the line belongs to none of ours. The engine ends each line with a newline. */
  write(id: number, bytes: Uint8Array): boolean {
    const peer = this.#open.get(id);
    this.#guarded(id, () => peer?.receive(textOf(bytes).trimEnd()));
    return peer !== undefined;
  }

  stop(id: number): boolean {
    const peer = this.#open.get(id);
    this.#open.delete(id);
    this.#guarded(id, () => peer?.close());
    return peer !== undefined;
  }

  /** A server that fails here is one that ended, and takes nothing from the others. */
  #guarded(id: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#open.delete(id);
      this.engine.post({ kind: "process.exit", id, sentence: sentenceOf(error) });
    }
  }

  /** For good, and whoever is behind a port is told: one that is only stopped may be started again. */
  close(): void {
    for (const id of [...this.#open.keys()]) this.stop(id);
    for (const server of this.servers.values()) {
      try {
        if ("port" in server) server.port.postMessage(null);
      } catch {
        // Whoever is behind a port that cannot be written to knows.
      }
    }
  }
}

function overPort(port: Port, hear: (line: string) => void, closed: () => void): Peer {
  const take = ({ data }: { data: unknown }) => (data === null ? closed() : hear(String(data)));
  port.addEventListener("message", take);
  port.addEventListener("close", closed);
  port.start();
  return {
    receive: (text) => port.postMessage(text),
    // The port is the application's: whoever starts the server again finds it open.
    close: () => {
      port.removeEventListener("message", take);
      port.removeEventListener("close", closed);
    },
  };
}
