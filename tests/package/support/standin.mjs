// A server with OpenAI's chat completions that does what each request is told to do, in order.
import { once } from "node:events";
import { createServer } from "node:http";

/** `script`: functions that get `{request, response, body, n}`. The last one serves all further requests. */
export async function standIn(...script) {
  const requests = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const n = requests.length;
    requests.push({ method: request.method, path: request.url, headers: request.headers, body });
    const act = script[Math.min(n, script.length - 1)];
    await act({ request, response, body: body && JSON.parse(body), n });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}/v1`, requests, close };
}

/** A whole completion. */
export const completes =
  (text, extra = {}) =>
  ({ response }) =>
    json(response, 200, {
      choices: [{ message: { role: "assistant", content: text }, finish_reason: "stop" }],
      ...extra,
    });

/** An error, with headers. */
export const fails =
  (status, error, headers = {}) =>
  ({ response }) =>
    json(response, status, { error }, headers);

/** Server-sent events: objects as data, strings and bytes as they are. `end`: false cuts the connection. */
export const streams =
  (pieces, { end = true } = {}) =>
  async ({ response }) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const piece of pieces) {
      const raw = typeof piece === "string" || piece instanceof Uint8Array;
      response.write(raw ? piece : `data: ${JSON.stringify(piece)}\n\n`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    if (end) response.end();
    else response.destroy();
  };

/** A piece of a streamed reply. */
export const delta = (content, finish = null) => ({
  model: "stand-in-1",
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});

export const DONE = "data: [DONE]\n\n";

export function json(response, status, value, headers = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}
