// A handler of web requests, served over real HTTP.
import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** `handle` gets the request's body, parsed, and gives a `Response`. */
export async function served(t, handle) {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const { status, headers, body: stream } = await handle(JSON.parse(body));
    response.writeHead(status, Object.fromEntries(headers));
    // Whoever goes away cancels the stream.
    await pipeline(Readable.fromWeb(stream), response).catch(() => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${server.address().port}/`;
}
