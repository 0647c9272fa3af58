// What one client of an in-process server says, in either generation of MCP, and what it is answered.
import { sentenceOf } from "../errors.js";
import { isStandardSchema, issuesText, jsonSchemaOf } from "../schema.js";
import type { ElicitationAnswer } from "../connected-server.js";
import {
  type Readable,
  type ServerContext,
  type ServerResourceDefinition,
  resultOf,
  text,
} from "./define.js";
import type { InProcessServer } from "./in-process.js";

const MODERN = "2026-07-28";
const LEGACY = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
const VERSION = "io.modelcontextprotocol/protocolVersion";

interface Message {
  id?: string | number;
  method?: string;
  params?: Params;
  result?: Record<string, unknown>;
  error?: { message: string };
}

type Params = Record<string, unknown> & { _meta?: Record<string, unknown> };

class RpcFailure extends Error {
  constructor(
    readonly code: number,
    sentence: string,
    readonly data?: unknown,
  ) {
    super(sentence);
  }
}

/** A stateless client has to answer this before its call goes on. */
class InputNeeded extends Error {
  constructor(
    readonly requests: Record<string, object>,
    /** What it answered before: it brings that along again. */
    readonly answered: Record<string, unknown>,
  ) {
    super("The client has to answer first.");
  }
}

interface Call {
  params: Params;
  modern: boolean;
  id: string | number;
  signal: AbortSignal;
}

export class Connection {
  readonly #calls = new Map<string | number, AbortController>();
  readonly #asked = new Map<
    number,
    { answer(result: Record<string, unknown>): void; fail(why: Error): void }
  >();
  readonly #subscribed = new Set<string>();
  /** Of a stateless client: the request by which it listens, and for what. */
  #listening: { id: string | number; filter: Record<string, unknown> } | undefined;
  #modern = false;
  #last = 0;

  constructor(
    private readonly server: InProcessServer,
    private readonly send: (text: string) => void,
  ) {}

  receive(line: string): void {
    let message: Message;
    try {
      message = JSON.parse(line) as Message;
    } catch {
      return this.#say({ id: null, error: { code: -32700, message: "That is no JSON." } });
    }
    const { id, method } = message;
    if (method === undefined) return this.#answered(message);
    if (id !== undefined) void this.#reply(id, method, message.params ?? {});
    else if (method === "notifications/cancelled")
      this.#calls.get(message.params?.requestId as string)?.abort(new Error("The client stopped waiting."));
  }

  close(): void {
    const gone = new Error("The client is gone.");
    for (const call of this.#calls.values()) call.abort(gone);
    for (const { fail } of this.#asked.values()) fail(gone);
  }

  changed(method: string): void {
    const filter = `${/(\w+)\/list_changed/.exec(method)?.[1]}ListChanged`;
    if (!this.#modern) this.#say({ method });
    else if (this.#listening?.filter[filter]) this.#say({ method, params: this.#tagged({}) });
  }

  updated(uri: string): void {
    const method = "notifications/resources/updated";
    if (!this.#modern && this.#subscribed.has(uri)) this.#say({ method, params: { uri } });
    const wanted = this.#listening?.filter.resourceSubscriptions;
    if (Array.isArray(wanted) && wanted.includes(uri)) this.#say({ method, params: this.#tagged({ uri }) });
  }

  #say(message: object): void {
    this.send(JSON.stringify({ jsonrpc: "2.0", ...message }));
  }

  #tagged(params: object): object {
    return { ...params, _meta: { "io.modelcontextprotocol/subscriptionId": String(this.#listening?.id) } };
  }

  async #reply(id: string | number, method: string, params: Params): Promise<void> {
    const asked = params._meta?.[VERSION];
    const modern = asked !== undefined;
    this.#modern ||= modern;
    const call = new AbortController();
    this.#calls.set(id, call);
    try {
      if (modern && asked !== MODERN)
        throw new RpcFailure(-32022, `This server speaks ${MODERN}.`, {
          supported: [MODERN],
          requested: asked,
        });
      const result = await this.#result(method, { params, modern, id, signal: call.signal });
      const kept = /list$|read$|discover$/.test(method) ? { ttlMs: 0, cacheScope: "private" } : {};
      this.#say({ id, result: modern ? { resultType: "complete", ...kept, ...result } : result });
    } catch (error) {
      if (error instanceof InputNeeded)
        this.#say({
          id,
          result: {
            resultType: "input_required",
            inputRequests: error.requests,
            requestState: JSON.stringify(error.answered),
          },
        });
      else {
        const code = error instanceof RpcFailure ? error.code : -32603;
        const data = error instanceof RpcFailure && error.data !== undefined ? { data: error.data } : {};
        this.#say({ id, error: { code, message: sentenceOf(error), ...data } });
      }
    } finally {
      this.#calls.delete(id);
    }
  }

  async #result(method: string, call: Call): Promise<object> {
    const { server } = this;
    const { params } = call;
    switch (method) {
      case "initialize": {
        const wanted = String(params.protocolVersion);
        const protocolVersion = LEGACY.includes(wanted) ? wanted : LEGACY[0];
        return { protocolVersion, serverInfo: server.info, ...this.#about() };
      }
      case "server/discover":
        return {
          supportedVersions: [MODERN],
          ...this.#about(),
          _meta: { "io.modelcontextprotocol/serverInfo": server.info },
        };
      case "ping":
      case "logging/setLevel":
        return {};
      case "tools/list":
        return { tools: [...server.tools.values()].map(listed) };
      case "tools/call":
        return this.#call(call);
      case "resources/list":
        return { resources: server.resources.filter(({ uri }) => !uri.includes("{")).map(described) };
      case "resources/templates/list":
        return {
          resourceTemplates: server.resources
            .filter(({ uri }) => uri.includes("{"))
            .map((each) => ({ ...described(each), uri: undefined, uriTemplate: each.uri })),
        };
      case "resources/read":
        return this.#read(String(params.uri));
      case "resources/subscribe":
        this.#subscribed.add(String(params.uri));
        return {};
      case "resources/unsubscribe":
        this.#subscribed.delete(String(params.uri));
        return {};
      case "subscriptions/listen":
        return this.#listen(call);
      case "prompts/list":
        return {
          prompts: [...server.prompts.values()].map(({ get: _, arguments: args = [], ...rest }) => ({
            ...rest,
            arguments: args.map(({ complete: __, ...argument }) => argument),
          })),
        };
      case "prompts/get": {
        const prompt = server.prompts.get(String(params.name));
        if (!prompt) throw new RpcFailure(-32602, `There is no prompt "${String(params.name)}".`);
        const got = await prompt.get((params.arguments ?? {}) as Record<string, string>);
        const messages = typeof got === "string" ? [{ role: "user", content: text(got) }] : got;
        return { ...(prompt.description && { description: prompt.description }), messages };
      }
      case "completion/complete":
        return this.#complete(params);
      default:
        throw new RpcFailure(-32601, `This server has no ${method}.`);
    }
  }

  #about(): object {
    const { resources, prompts, instructions } = this.server;
    return {
      capabilities: {
        logging: {},
        tools: { listChanged: true },
        ...(resources.length > 0 && { resources: { subscribe: true } }),
        ...(prompts.size > 0 && { prompts: {} }),
        ...((prompts.size > 0 || resources.length > 0) && { completions: {} }),
      },
      ...(instructions !== undefined && { instructions }),
    };
  }

  async #call(call: Call): Promise<object> {
    const { name, arguments: args = {} } = call.params as { name?: string; arguments?: unknown };
    const tool = this.server.tools.get(String(name));
    if (!tool) throw new RpcFailure(-32602, `There is no tool "${String(name)}".`);
    try {
      let given = args;
      if (isStandardSchema(tool.input)) {
        const checked = await tool.input["~standard"].validate(args);
        if (checked.issues) return { isError: true, content: [text(issuesText(checked.issues))] };
        given = checked.value;
      }
      return resultOf(await tool.run(given as never, this.#context(call)));
    } catch (error) {
      if (error instanceof InputNeeded) throw error;
      return { isError: true, content: [text(sentenceOf(error))] };
    }
  }

  #context({ params, modern, signal, id }: Call): ServerContext {
    const progressToken = params._meta?.progressToken;
    const responses = answersIn(params);
    let questions = 0;
    const ask = (method: string, asked: object): Promise<Record<string, unknown>> => {
      if (!modern) return this.#ask(method, asked);
      const key = `${method} ${++questions}`;
      const said = responses[key];
      return said
        ? Promise.resolve(said)
        : Promise.reject(new InputNeeded({ [key]: { method, params: asked } }, responses));
    };
    return {
      signal,
      progress: (progress, total, message) => {
        if (progressToken === undefined) return;
        const told = {
          progressToken,
          progress,
          ...(total !== undefined && { total }),
          ...(message && { message }),
        };
        this.#say({ method: "notifications/progress", params: told });
      },
      log: (level, data) =>
        this.#say({ method: "notifications/message", params: { level, data, logger: String(id) } }),
      elicit: (message, requestedSchema) =>
        ask("elicitation/create", {
          message,
          requestedSchema,
        }) as Promise<unknown> as Promise<ElicitationAnswer>,
      sample: (asked) => ask("sampling/createMessage", asked),
    };
  }

  #ask(method: string, params: object): Promise<Record<string, unknown>> {
    const id = ++this.#last;
    return new Promise<Record<string, unknown>>((answer, fail) => {
      this.#asked.set(id, { answer, fail });
      this.#say({ id, method, params });
    }).finally(() => this.#asked.delete(id));
  }

  #answered({ id, result, error }: Message): void {
    const asked = this.#asked.get(Number(id));
    if (result) asked?.answer(result);
    else asked?.fail(new Error(error?.message ?? "The client answered nothing."));
  }

  async #read(uri: string): Promise<object> {
    for (const resource of this.server.resources) {
      const values = valuesIn(resource.uri, uri);
      if (values) return { contents: contentsOf(resource, uri, await resource.read(uri, values)) };
    }
    throw new RpcFailure(-32602, `There is no resource ${uri}.`, { uri });
  }

  #listen({ params, id, signal }: Call): Promise<object> {
    const filter = (params.notifications ?? {}) as Record<string, unknown>;
    this.#listening = { id, filter };
    this.#say({
      method: "notifications/subscriptions/acknowledged",
      params: this.#tagged({ notifications: filter }),
    });
    return new Promise((resolve) =>
      signal.addEventListener("abort", () => {
        this.#listening = undefined;
        resolve({});
      }),
    );
  }

  async #complete(params: Params): Promise<object> {
    const { ref, argument, context } = params as {
      ref?: { name?: string; uri?: string };
      argument?: { name: string; value: string };
      context?: { arguments?: Record<string, string> };
    };
    const { name = "", value = "" } = argument ?? {};
    const prompt = this.server.prompts.get(ref?.name ?? "");
    const completer =
      prompt?.arguments?.find((each) => each.name === name)?.complete ??
      this.server.resources.find(({ uri }) => uri === ref?.uri)?.complete?.[name];
    const values = (await completer?.(value, context?.arguments ?? {})) ?? [];
    return {
      completion: { values: values.slice(0, 100), total: values.length, hasMore: values.length > 100 },
    };
  }
}

/** All answers of a stateless client so far. They are its own, and nothing hangs on them but its own call. */
function answersIn({ requestState, inputResponses }: Params): Record<string, Record<string, unknown>> {
  if (inputResponses === undefined) return {};
  try {
    const before = typeof requestState === "string" ? (JSON.parse(requestState) as object) : {};
    return { ...before, ...(inputResponses as object) };
  } catch {
    throw new RpcFailure(-32602, "The requestState is not the one that this server gave.");
  }
}

function listed(tool: Parameters<InProcessServer["addTool"]>[0]): object {
  const { name, title, description, input, output, readOnly, destructive, idempotent } = tool;
  return {
    name,
    ...(title && { title }),
    description,
    inputSchema: input ? jsonSchemaOf(name, input) : { type: "object", properties: {} },
    ...(output && { outputSchema: output }),
    annotations: {
      readOnlyHint: readOnly ?? false,
      destructiveHint: destructive ?? false,
      idempotentHint: idempotent ?? false,
      // What the application itself serves is no stranger's word.
      openWorldHint: false,
    },
  };
}

const described = ({ read: _, complete: __, ...rest }: ServerResourceDefinition) => rest;

/** The values of a template's names in an address; nothing when it does not fit. */
function valuesIn(template: string, uri: string): Record<string, string> | undefined {
  if (!template.includes("{")) return template === uri ? {} : undefined;
  const pattern = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  const fits = new RegExp(`^${pattern}$`).exec(uri);
  if (!fits) return undefined;
  const values = Object.entries(fits.groups ?? {});
  return Object.fromEntries(values.map(([name, value]) => [name, decodeURIComponent(value)]));
}

function contentsOf({ mimeType }: ServerResourceDefinition, uri: string, read: Readable): object[] {
  const about = { uri, ...(mimeType && { mimeType }) };
  if (typeof read === "string") return [{ ...about, text: read }];
  if (read instanceof Uint8Array) return [{ ...about, blob: base64(read) }];
  return read;
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
