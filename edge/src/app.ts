// The service: runs over HTTP. Web Standards only; entries for runtimes stand beside this file.
import { type Answer, type Run, type Troupe, createTroupe } from "troupe";
import { type Bindings, keepAliveMs, troupeOptions } from "./bindings.js";
import { EventStream } from "./event_stream.js";
import { mcp } from "./mcp.js";
import { Refusal, json } from "./refusal.js";
import { journalRequest, resumeRequest, startRequest } from "./requests.js";
import { begun, checked, clientsAnswers, clientsJournal, follow, refused } from "./run_stream.js";

/** What a runtime offers beside the request. */
export interface Context {
  /** Keeps the worker alive until this ends, though the response has been sent. */
  waitUntil?(work: Promise<unknown>): void;
}

type Handler = (request: Request, bindings: Bindings, context: Context) => Promise<Response>;

const routes: Record<string, { method?: string; handle: Handler }> = {
  "/runs": { method: "POST", handle: start },
  "/runs/resume": { method: "POST", handle: resume },
  "/verify": { method: "POST", handle: verify },
  "/health": { method: "GET", handle: health },
  "/mcp": { handle: mcp },
};

export async function handle(
  request: Request,
  bindings: Bindings = {},
  context: Context = {},
): Promise<Response> {
  try {
    const path = new URL(request.url).pathname.replace(/(.)\/$/, "$1");
    const route = routes[path];
    if (!route)
      throw new Refusal(404, `There is nothing at ${path}. There are: ${Object.keys(routes).join(", ")}.`);
    const { method } = route;
    if (method !== undefined && request.method !== method) {
      throw new Refusal(405, `${path} takes ${method}, not ${request.method}.`, { allow: method });
    }
    return await route.handle(request, bindings, context);
  } catch (error) {
    if (error instanceof Refusal) return error.response();
    const sentence = error instanceof Error ? error.message : String(error);
    return new Refusal(500, `The service failed: ${sentence}`).response();
  }
}

async function start(request: Request, bindings: Bindings, context: Context): Promise<Response> {
  const { task, options } = await startRequest(request);
  return streamed(request, bindings, context, undefined, {}, (troupe, ask) =>
    troupe.run(task, { ...options, ask }),
  );
}

async function resume(request: Request, bindings: Bindings, context: Context): Promise<Response> {
  const { journal, answers } = await resumeRequest(request);
  return streamed(request, bindings, context, journal, answers, (troupe, ask) =>
    troupe.resume(checked(troupe, journal), { ask }),
  );
}

/** Each request has an engine of its own: workers may not touch one request's connections from another's. */
async function streamed(
  request: Request,
  bindings: Bindings,
  context: Context,
  journal: string | undefined,
  answers: Record<string, Answer>,
  begin: (troupe: Troupe, ask: ReturnType<typeof clientsAnswers>) => Run,
): Promise<Response> {
  const options = troupeOptions(bindings);
  const stream = new EventStream(keepAliveMs(bindings), request.signal);
  const troupe = await createTroupe({ ...options, journal: clientsJournal(stream, journal) });
  try {
    const run = begin(troupe, clientsAnswers(stream, answers));
    const followed = follow(run, stream).finally(() => troupe.dispose());
    await begun(run);
    context.waitUntil?.(followed);
  } catch (error) {
    stream.abandon();
    await troupe.dispose();
    throw refused(error);
  }
  return new Response(stream.body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    },
  });
}

async function verify(request: Request): Promise<Response> {
  const journal = await journalRequest(request);
  const troupe = await createTroupe();
  try {
    return json(troupe.verify(journal));
  } finally {
    await troupe.dispose();
  }
}

async function health(_request: Request, bindings: Bindings): Promise<Response> {
  const { providers = {}, servers = {}, tools = [] } = troupeOptions(bindings);
  const [provider = { model: "offline" }] = Object.values(providers) as { model?: string }[];
  const troupe = await createTroupe();
  try {
    const names = { servers: Object.keys(servers), tools: tools.map(({ name }) => name) };
    return json({ ok: true, ...troupe.describe(), model: provider.model, ...names });
  } finally {
    await troupe.dispose();
  }
}
