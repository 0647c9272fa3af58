import type { EngineModule } from "../engine.js";

/** The glue that Emscripten writes beside troupe.wasm; the build puts both here. */
export default function createEngineModule(incoming: {
  /** Hands over an instance, now or later; what it returns is not used then. */
  instantiateWasm(
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
}): Promise<EngineModule>;
