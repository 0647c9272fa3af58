// Requests to servers of `createServer` over HTTP, as clients of both generations send them, and what comes back.
import assert from "node:assert/strict";
import { createServer, serverTool } from "troupe/server";

export const url = "https://library.example/mcp";
export const MODERN = "2026-07-28";
const meta = (more) => ({
  "io.modelcontextprotocol/protocolVersion": MODERN,
  "io.modelcontextprotocol/clientCapabilities": {},
  ...more,
});

/** What a client of 2026-07-28 sends. */
export function modern(method, { _meta, ...params } = {}, { headers, ...init } = {}) {
  return new Request(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": MODERN,
      "mcp-method": method,
      ...((params.name ?? params.uri) && { "mcp-name": params.name ?? params.uri }),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 7, method, params: { ...params, _meta: meta(_meta) } }),
    ...init,
  });
}

export const post = (body, { headers, ...init } = {}) =>
  new Request(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...init,
  });

/** What a client with a handshake sends. */
export const legacy = (method, params = {}, init) => post({ jsonrpc: "2.0", id: 7, method, params }, init);

export const typeOf = (response) => response.headers.get("content-type");

/** The messages of a stream, as they come. */
export async function* messagesOf(response) {
  assert.equal(typeOf(response), "text/event-stream");
  let text = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2))
      if (text.startsWith("data: ")) yield JSON.parse(text.slice(6, end));
  }
}

export async function allOf(response) {
  const messages = [];
  for await (const message of messagesOf(response)) messages.push(message);
  return messages;
}

/** The next message of a stream that goes on. */
export const nextOf = async (messages) => (await messages.next()).value;

/** A server with one tool. */
export const withTool = (run, more) =>
  createServer({ tools: [serverTool({ name: "it", description: "It.", run, ...more })] });

export const callIt = (server, params, init) =>
  server.fetch(modern("tools/call", { name: "it", ...params }, init));
