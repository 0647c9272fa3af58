// An MCP server as an application uses it beside all runs: its tools, resources and prompts, in whichever generation of
// the protocol it speaks.
import { TroupeError, sentenceOf } from "./errors.js";
import type { Host } from "./host/host.js";
import type { NearServer } from "./near-server.js";
import type { WireServerAnswer, WireServerInput } from "./protocol.js";

/** What every item of a server has. */
interface Named {
  name: string;
  title?: string;
  description?: string;
  icons?: { src: string; mimeType?: string; sizes?: string[] }[];
  _meta?: Record<string, unknown>;
}

export interface ServerTool extends Named {
  inputSchema: Record<string, unknown>;
  outputSchema?: Record<string, unknown>;
  annotations?: {
    title?: string;
    readOnlyHint?: boolean;
    destructiveHint?: boolean;
    idempotentHint?: boolean;
    openWorldHint?: boolean;
  };
}

export interface ServerResource extends Named {
  uri: string;
  mimeType?: string;
  size?: number;
}

export interface ServerResourceTemplate extends Named {
  uriTemplate: string;
  mimeType?: string;
}

export interface ServerPrompt extends Named {
  arguments?: { name: string; description?: string; required?: boolean }[];
}

/** A block of content, as the protocol has it: `text`, `image`, `audio`, `resource`, `resource_link`. */
export type Content = { type: string; _meta?: Record<string, unknown> } & Record<string, unknown>;

export interface CallResult {
  content: Content[];
  structuredContent?: unknown;
  isError?: boolean;
  _meta?: Record<string, unknown>;
}

export interface ResourceContent {
  uri: string;
  mimeType?: string;
  text?: string;
  /** Base64. */
  blob?: string;
}

export interface PromptMessage {
  role: "user" | "assistant";
  content: Content;
}

/** What a server said of itself when it was connected. */
export interface ServerAbout {
  capabilities: Record<string, unknown>;
  serverInfo?: { name: string; version: string; title?: string };
  instructions?: string;
  /** Of a server with a handshake: the version that it chose. */
  protocolVersion?: string;
  /** Of one without. */
  supportedVersions?: string[];
}

/** What a server asks for in the midst of a request. */
export interface Elicitation {
  message: string;
  /** Default: a form. */
  mode?: "form" | "url";
  requestedSchema?: Record<string, unknown>;
  url?: string;
}

export type ElicitationAnswer =
  { action: "accept"; content?: Record<string, unknown> } | { action: "decline" | "cancel" };

export interface ServerRequestOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: { progress: number; total?: number; message?: string }) => void) | undefined;
  /** Answers what the server asks a person. Left out: it is declined. */
  elicit?: ((asked: Elicitation) => ElicitationAnswer | Promise<ElicitationAnswer>) | undefined;
  /** Answers `sampling/createMessage` with its result. Left out: it is refused. */
  sample?: ((params: Record<string, unknown>) => object | Promise<object>) | undefined;
}

/** What changed at a server. */
export type ServerChange = "tools" | "resources" | "prompts" | { resource: string };

/** The failure that a server answered with. */
export class ServerError extends TroupeError {
  constructor(
    sentence: string,
    /** JSON-RPC's code. */
    readonly rpcCode: number,
    readonly data?: unknown,
  ) {
    super("protocol", sentence);
  }
}

/**
 * One of the configured servers. Lists are read to their last page.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 *
 * const troupe = await createTroupe({ servers: { docs: { url: "https://docs.example/mcp" } } });
 * const docs = troupe.server("docs");
 * for (const { uri, name } of await docs.resources()) console.log(name, uri);
 * ```
 */
export interface ConnectedServer {
  readonly name: string;
  about(): Promise<ServerAbout>;
  tools(): Promise<ServerTool[]>;
  /** Calls a tool beside all runs: nothing is journalled, and no approval is asked. */
  call(tool: string, args?: Record<string, unknown>, options?: ServerRequestOptions): Promise<CallResult>;
  resources(): Promise<ServerResource[]>;
  templates(): Promise<ServerResourceTemplate[]>;
  read(uri: string, options?: ServerRequestOptions): Promise<ResourceContent[]>;
  prompts(): Promise<ServerPrompt[]>;
  prompt(
    name: string,
    args?: Record<string, string>,
    options?: ServerRequestOptions,
  ): Promise<{ description?: string; messages: PromptMessage[] }>;
  /** Values that would fit an argument of a prompt, or a variable of a template. */
  complete(
    of: { prompt: string } | { template: string },
    argument: { name: string; value: string },
    known?: Record<string, string>,
  ): Promise<string[]>;
  /** From which level on it logs, such as `warning`. Servers of 2026-07-28 are told so with each request. */
  logLevel(level: string): Promise<void>;
  /** Tells when lists change, and these resources. The function that it gives ends that. */
  watch(
    listener: (change: ServerChange) => void,
    resources?: readonly string[],
  ): Promise<() => Promise<void>>;
  /** Any request of the protocol, for what has no method here. */
  request(method: string, params?: object, options?: ServerRequestOptions): Promise<Record<string, unknown>>;
}

/** Questions and steps of a task before a request has to come to something. */
const MOST_ROUNDS = 64;

export class LiveServer implements ConnectedServer {
  constructor(
    private readonly host: Host,
    readonly name: string,
    /** Where it is in this process. */
    private readonly near: NearServer | undefined,
  ) {}

  async about(): Promise<ServerAbout> {
    return (await this.request("server/discover")) as unknown as ServerAbout;
  }

  tools(): Promise<ServerTool[]> {
    return this.#list("tools/list", "tools");
  }

  call(
    tool: string,
    args: Record<string, unknown> = {},
    options?: ServerRequestOptions,
  ): Promise<CallResult> {
    return this.request(
      "tools/call",
      { name: tool, arguments: args },
      options,
    ) as Promise<unknown> as Promise<CallResult>;
  }

  resources(): Promise<ServerResource[]> {
    return this.#list("resources/list", "resources");
  }

  templates(): Promise<ServerResourceTemplate[]> {
    return this.#list("resources/templates/list", "resourceTemplates");
  }

  async read(uri: string, options?: ServerRequestOptions): Promise<ResourceContent[]> {
    const { contents } = await this.request("resources/read", { uri }, options);
    return contents as ResourceContent[];
  }

  prompts(): Promise<ServerPrompt[]> {
    return this.#list("prompts/list", "prompts");
  }

  async prompt(name: string, args: Record<string, string> = {}, options?: ServerRequestOptions) {
    const result = await this.request("prompts/get", { name, arguments: args }, options);
    return result as { description?: string; messages: PromptMessage[] };
  }

  async complete(
    of: { prompt: string } | { template: string },
    argument: { name: string; value: string },
    known?: Record<string, string>,
  ): Promise<string[]> {
    const ref =
      "prompt" in of ? { type: "ref/prompt", name: of.prompt } : { type: "ref/resource", uri: of.template };
    const context = known && { context: { arguments: known } };
    const { completion } = await this.request("completion/complete", { ref, argument, ...context });
    return (completion as { values?: string[] } | undefined)?.values ?? [];
  }

  async logLevel(level: string): Promise<void> {
    await this.request("logging/setLevel", { level });
  }

  async watch(
    listener: (change: ServerChange) => void,
    resources: readonly string[] = [],
  ): Promise<() => Promise<void>> {
    const ignore = this.host.requests.listen(this.name, (method, params) => {
      const list = /^notifications\/(tools|resources|prompts)\/list_changed$/.exec(method)?.[1];
      if (list) listener(list as "tools" | "resources" | "prompts");
      else if (method === "notifications/resources/updated") listener({ resource: String(params.uri) });
    });
    const { protocolVersion } = await this.about();
    if (protocolVersion === undefined) {
      const ended = new AbortController();
      const filter = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };
      const notifications = { ...filter, resourceSubscriptions: [...resources] };
      // It goes on until it is ended here, or the server is gone; then nothing more is told.
      this.request("subscriptions/listen", { notifications }, { signal: ended.signal }).catch(ignore);
      return async () => {
        ignore();
        ended.abort();
      };
    }
    for (const uri of resources) await this.request("resources/subscribe", { uri });
    return async () => {
      ignore();
      for (const uri of resources) await this.request("resources/unsubscribe", { uri });
    };
  }

  request(
    method: string,
    params: object = {},
    options: ServerRequestOptions = {},
  ): Promise<Record<string, unknown>> {
    return (
      this.near?.ask(method, params as Record<string, unknown>, options, (asked, params) =>
        this.#respond(asked, params as Record<string, unknown>, options),
      ) ?? this.#overEngine(method, params, options)
    );
  }

  async #overEngine(
    method: string,
    params: object,
    options: ServerRequestOptions,
  ): Promise<Record<string, unknown>> {
    let asked: { input: WireServerInput; responses: Record<string, object> } | undefined;
    for (let rounds = 0; ; rounds++) {
      if (rounds > MOST_ROUNDS)
        throw new TroupeError(
          "protocol",
          `The server "${this.name}" asked again and again, and never came to a result.`,
        );
      const answer = await this.host.ask(this.name, method, { params, ...asked }, options);
      if ("result" in answer) return answer.result;
      if ("input" in answer)
        asked = { input: answer.input, responses: await this.#responses(answer.input, options) };
      else throw failureOf(answer);
    }
  }

  async #responses(
    { requests }: WireServerInput,
    options: ServerRequestOptions,
  ): Promise<Record<string, object>> {
    const responses: Record<string, object> = {};
    for (const [key, { method, params }] of Object.entries(requests)) {
      try {
        responses[key] = { result: await this.#respond(method, params, options) };
      } catch (error) {
        responses[key] = { error: { code: -1, message: sentenceOf(error) } };
      }
    }
    return responses;
  }

  async #respond(
    method: string,
    params: Record<string, unknown>,
    { elicit, sample }: ServerRequestOptions,
  ): Promise<Record<string, unknown>> {
    if (method === "elicitation/create")
      return elicit ? { ...(await elicit(params as unknown as Elicitation)) } : { action: "decline" };
    if (method === "sampling/createMessage" && sample) return { ...(await sample(params)) };
    throw new TroupeError("unsupported", `Nobody is there to answer ${method}.`);
  }

  async #list<Item>(method: string, key: string): Promise<Item[]> {
    return (await this.request(method))[key] as Item[];
  }
}

function failureOf(answer: Exclude<WireServerAnswer, { result: object } | { input: object }>): TroupeError {
  if ("failure" in answer) return new TroupeError(answer.failure.code, answer.failure.sentence);
  const { code, message, data } = answer.error;
  return new ServerError(message, code, data);
}
