// From the .wasm to the engine's module.
import createEngineModule from "./core/troupe.mjs";
import type { EngineModule } from "./engine.js";
import { TroupeError, sentenceOf } from "./errors.js";
import { isResponse } from "./model.js";
import type { WasmSource } from "./options.js";

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

/** Starts the engine of a compiled module. Emscripten's own loader would look for files and hosts. */
export async function instantiated(module: WebAssembly.Module): Promise<EngineModule> {
  return new Promise<EngineModule>((resolve, reject) => {
    const fail = (error: unknown) =>
      reject(
        new TroupeError("engine", `The engine could not be loaded: ${sentenceOf(error)}`, { cause: error }),
      );
    createEngineModule({
      instantiateWasm(imports, receive) {
        // Workers in the edge forbid compiling, not making an instance of what is compiled.
        WebAssembly.instantiate(module, imports).then((instance) => receive(instance, module), fail);
        return {};
      },
    }).then(resolve, fail);
  });
}
