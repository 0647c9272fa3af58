// From the .wasm to the engine's module.
import type { EngineExports } from "./engine.js";
import { TroupeError, sentenceOf } from "./errors.js";
import { isResponse } from "./model.js";
import type { WasmSource } from "./options.js";

/** All that the engine asks of its host. Views of its memory are taken anew for each use, so growth is no news. */
const IMPORTS = { env: { emscripten_notify_memory_growth: () => undefined } };

/** Compiles what a caller gave. */
export async function compiled(source: WasmSource): Promise<WebAssembly.Module> {
  if (isResponse(source)) return streamed(source);
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return WebAssembly.compile(source as BufferSource);
  }
  // Not `instanceof`: some runtimes hand over modules of another realm.
  return source as WebAssembly.Module;
}

/** Compiles while it arrives, where the server names its type; else when it has arrived. */
export async function streamed(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok)
    throw new TroupeError("engine", `troupe.wasm: HTTP status ${response.status} from ${response.url}.`);
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("application/wasm") && "compileStreaming" in WebAssembly) {
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Starts the engine of a compiled module: an instance of its own, with its own memory. */
export async function instantiated(module: WebAssembly.Module): Promise<EngineExports> {
  try {
    // Workers in the edge forbid compiling, not making an instance of what is compiled.
    const instance = await WebAssembly.instantiate(module, IMPORTS);
    const engine = instance.exports as unknown as EngineExports;
    engine._initialize();
    return engine;
  } catch (error) {
    throw new TroupeError("engine", `The engine could not be loaded: ${sentenceOf(error)}`, { cause: error });
  }
}
