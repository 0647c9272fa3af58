// What differs between hosts.
import type { Engine, EngineExports } from "../engine.js";
import type { WasmSource } from "../options.js";
import type { LocalServer } from "../server-options.js";

/** The local processes of one troupe. */
export interface Processes {
  start(id: number, server: string): void;
  /** `bytes` is a view, good until this returns. */
  write(id: number, bytes: Uint8Array): void;
  stop(id: number): void;
  /** Whether they keep the host alive. */
  hold(held: boolean): void;
  /** Ends what is left and waits for it. */
  close(): Promise<void>;
}

/** Makes the processes of an engine. */
export type MakeProcesses = (
  engine: Pick<Engine, "post">,
  servers: ReadonlyMap<string, LocalServer>,
) => Processes;

export interface Platform {
  /** The engine's module, from `wasm` if it is given and else from where this host finds it. */
  load(wasm: WasmSource | undefined): Promise<EngineExports>;
  /** Called when there is a local server. None: this host cannot start processes. */
  processes?: () => Promise<MakeProcesses>;
}
