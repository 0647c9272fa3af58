// The service as a server of MCP. Each request has an engine of its own; journals stay in the isolate's memory, so that a
// client that is asked can go on, and can look at what it ran lately.
import { createTroupe, memoryJournal } from "troupe";
import { mcpHandler, mcpServer } from "troupe/serve";
import { type Bindings, troupeOptions } from "./bindings.js";

const journals = memoryJournal();
let keyOfIsolate: Uint8Array | undefined;

export async function mcp(request: Request, bindings: Bindings): Promise<Response> {
  const troupe = await createTroupe({ ...troupeOptions(bindings), journal: journals });
  const handler = mcpHandler(mcpServer({ troupe, journals, key: await keyOf(bindings) }), {
    sessions: false,
  });
  const end = async () => {
    await handler.close();
    await troupe.dispose();
  };
  try {
    const response = await handler.fetch(request);
    if (response.body === null) {
      await end();
      return response;
    }
    const [body, ended] = watched(response.body);
    void ended.then(end);
    return new Response(body, response);
  } catch (error) {
    await end();
    throw error;
  }
}

/** The same bytes, and when they are over: read to the end, or left. */
function watched(body: ReadableStream<Uint8Array>): [ReadableStream<Uint8Array>, Promise<void>] {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  return [readable, body.pipeTo(writable).catch(() => undefined)];
}

/** Several isolates understand one another's clients only with a key from the deployment. */
async function keyOf({ MCP_STATE_KEY }: Bindings): Promise<Uint8Array> {
  if (!MCP_STATE_KEY) return (keyOfIsolate ??= crypto.getRandomValues(new Uint8Array(32)));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(MCP_STATE_KEY)));
}
