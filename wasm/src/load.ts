// From the .wasm to the engine's module.
import type { EngineExports } from "./engine.js";
import { TroupeError, sentenceOf } from "./errors.js";
import { isResponse } from "./model.js";
import type { WasmSource } from "./options.js";

/** All that the engine asks of its host. Views of its memory are taken anew for each use, so growth is no news. */
const IMPORTS = { env: { emscripten_notify_memory_growth: () => undefined } };

/** What to do where the engine's file is not where it is looked for. */
export const GIVE_IT =
  'If your bundler does not carry it along, give createTroupe its bytes, or a response with them, as "wasm": the file is troupe/troupe.wasm.';

/** Compiles what a caller gave. */
export async function compiled(source: WasmSource): Promise<WebAssembly.Module> {
  const isBytes = source instanceof ArrayBuffer || ArrayBuffer.isView(source);
  // Not `instanceof`: some runtimes hand over modules of another realm.
  if (!isBytes && !isResponse(source)) return source as WebAssembly.Module;
  try {
    return await (isBytes ? WebAssembly.compile(source as BufferSource) : streamed(source));
  } catch (error) {
    if (error instanceof TroupeError) throw error;
    const why = sentenceOf(error);
    throw new TroupeError("engine", `What was given as "wasm" is not troupe.wasm: ${why}`, { cause: error });
  }
}

/** Compiles while it arrives, where the server names its type; else when it has arrived. */
export async function streamed(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok)
    throw new TroupeError(
      "engine",
      `troupe.wasm: HTTP status ${response.status}${response.url && ` from ${response.url}`}.`,
    );
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
    const why = sentenceOf(error);
    throw new TroupeError("engine", `The engine could not be loaded: ${why}`, { cause: error });
  }
}
