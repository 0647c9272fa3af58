// A stand-in for an OpenAI-compatible server: scripted replies, streamed in pieces as the real ones are.
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/**
 * `reply(body, turn)` gives `{ text, pieces, calls, pauseMs, status, hang }` for a request (`pieces`: texts, also as they come); `turn` counts the model's
 * earlier replies in it. Resolves to the server's address, the requests that it got (`broken`: the client went away before
 * the reply was whole) and what ends it.
 */
export async function openAi(reply) {
  const requests = [];
  const server = createServer(async (request, response) => {
    // Pages of other origins may ask, as local model servers allow.
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "*");
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    if (request.method === "GET")
      return response.end(JSON.stringify({ object: "list", data: [{ id: "stand-in" }] }));
    let text = "";
    for await (const piece of request) text += piece;
    const body = JSON.parse(text);
    const received = { headers: request.headers, body, broken: false };
    requests.push(received);
    response.on("close", () => (received.broken = !response.writableFinished));
    const turn = body.messages.filter(({ role }) => role === "assistant").length;
    const said = await reply(body, turn);
    if (said.status) {
      response.writeHead(said.status, { "content-type": "application/json" });
      return response.end(JSON.stringify({ error: { message: said.text } }));
    }
    if (body.stream) await stream(response, body, said);
    else
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(whole(body, said)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    requests,
    close: () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())),
  };
}

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

const callsOf = ({ calls = [] }) =>
  calls.map(([name, args], index) => ({
    index,
    id: `call_${index}`,
    type: "function",
    function: { name, arguments: JSON.stringify(args) },
  }));

function whole({ model }, said) {
  const calls = callsOf(said);
  const message = {
    role: "assistant",
    content: said.text ?? "",
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  const finish_reason = calls.length > 0 ? "tool_calls" : "stop";
  return { object: "chat.completion", model, choices: [{ index: 0, message, finish_reason }], usage };
}

async function stream(response, { model }, said) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (choice, rest = {}) => {
    const chunk = {
      object: "chat.completion.chunk",
      model,
      choices: choice ? [{ index: 0, ...choice }] : [],
      ...rest,
    };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  const pieces = said.pieces ?? (said.text ? [said.text] : []);
  for await (const content of pieces) {
    send({ delta: { content } });
    await pause(said.pauseMs ?? 0);
  }
  // Silence in the middle: what a client sees of a server that was taken off the net.
  if (said.hang) return;
  const calls = callsOf(said);
  if (calls.length > 0) send({ delta: { tool_calls: calls } });
  send({ delta: {}, finish_reason: calls.length > 0 ? "tool_calls" : "stop" });
  send(undefined, { usage });
  response.end("data: [DONE]\n\n");
}
