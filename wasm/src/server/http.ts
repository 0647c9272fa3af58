// A server as a function of web requests: streamable HTTP without sessions, in both generations of MCP.
import { ServerError } from "../connected-server.js";
import { textOf, writeBytes } from "../frames.js";
import { refusal } from "./call.js";
import { misheaded } from "./headers.js";
import { HttpCall, jsonResponse } from "./http-call.js";
import type { InProcessServer } from "./in-process.js";
import { type Id, type Message, messageIn, messageText } from "./message.js";
import { mayCall, preflight, readable } from "./origin.js";

const MOST_BYTES = 4 << 20;

export async function served(
  server: InProcessServer,
  request: Request,
  origins: ReadonlySet<string>,
): Promise<Response> {
  const page = request.headers.get("origin");
  if (page === null) return answered(server, request);
  if (!mayCall(page, request, origins)) {
    const how = `createServer({ origins: [${JSON.stringify(page)}] })`;
    return refused(403, `Pages of ${page} may not call this server. ${how} lets them.`);
  }
  return readable(request.method === "OPTIONS" ? preflight(request) : await answered(server, request), page);
}

async function answered(server: InProcessServer, request: Request): Promise<Response> {
  const { method: verb, headers } = request;
  if (verb !== "POST")
    return refused(405, `MCP without sessions takes POST, not ${verb}.`, { allow: "POST" });
  const type = headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type))
    return refused(415, `A message is application/json, not "${type}".`);
  const text = await textOfBody(request);
  if (text === undefined) return refused(413, "The message is larger than 4 MiB.");
  let message: Message;
  try {
    message = messageIn(text);
  } catch (error) {
    return malformed(error);
  }
  const { id, method, params = {} } = message;
  if (method === undefined)
    return malformed(new ServerError("Nothing was asked that this could answer.", -32600));
  if (id === undefined) return new Response(null, { status: 202 });
  const wrong = misheaded(headers, method, params, server.mirrored);
  if (wrong) return malformed(wrong, id);
  return new HttpCall(server, id, method, params, request).response();
}

/** Undefined when it is too large: the rest is not read. */
async function textOfBody({ headers, body }: Request): Promise<string | undefined> {
  if (Number(headers.get("content-length")) > MOST_BYTES) return undefined;
  if (!body) return "";
  const reader = body.getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    pieces.push(read.value);
    size += read.value.length;
    if (size > MOST_BYTES) {
      reader.cancel().catch(() => undefined);
      return undefined;
    }
  }
  if (pieces.length === 1) return textOf(pieces[0]!);
  const whole = new Uint8Array(size);
  writeBytes(whole, 0, pieces);
  return textOf(whole);
}

function refused(status: number, message: string, headers?: Record<string, string>): Response {
  return jsonResponse(messageText({ id: null, error: { code: -32000, message } }), status, headers);
}

function malformed(why: unknown, id: Id | null = null): Response {
  return jsonResponse(messageText({ id, ...refusal(why) }), 400);
}
