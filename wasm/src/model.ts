// Models that are functions of the application.
import { TroupeError } from "./errors.js";
import { bytesOf, textOf } from "./frames.js";
import { Leaving } from "./leaving.js";
import { type Names, onlyNames } from "./names.js";

/** What a model is sent: the body of an OpenAI chat completion, decoded only as far as it is read. */
export interface ModelRequest {
  /** The provider's name. */
  readonly provider: string;
  /** The body as it came, a copy to keep. */
  readonly bytes: Uint8Array;
  /**
   * The body where it lies, without a copy: for functions that look at a part of a long history. It is good until the
   * function awaits or returns, and then holds something else; take `bytes` to keep it.
   */
  readonly view: Uint8Array;
  text(): string;
  json(): ChatBody;
  /** Aborts when the reply is not wanted any more. */
  readonly signal: AbortSignal;
}

/** The request of OpenAI's chat completions. */
export interface ChatBody {
  model: string;
  messages: {
    role: "system" | "user" | "assistant" | "tool";
    content: string;
    tool_calls?: { id: string; type: "function"; function: { name: string; arguments: string } }[];
    tool_call_id?: string;
  }[];
  tools?: { type: "function"; function: { name: string; description: string; parameters: object } }[];
  stream?: boolean;
}

/** A call of a tool, as a model function writes it. */
export interface SimpleCall {
  name: string;
  arguments?: Readonly<Record<string, unknown>> | undefined;
  id?: string | undefined;
}

/** A reply in few words. */
export interface SimpleReply {
  text?: string | undefined;
  toolCalls?: readonly SimpleCall[] | undefined;
  usage?:
    { input?: number | undefined; output?: number | undefined; cached?: number | undefined } | undefined;
}

/**
 * A model: gets a request, gives a reply. The reply is `{text, toolCalls}`, a chat completion of OpenAI as an object or
 * JSON, a plain text, or the `Response` of a server. What it throws is tried again, unless it has a `status` that says
 * not to.
 */
export type ModelFunction = (request: ModelRequest) => ModelReply | Promise<ModelReply>;

export type ModelReply = string | SimpleReply | { choices: readonly object[] } | Response;

/** Reads from the engine's memory while it may, and keeps a copy only if nobody has read it by then. */
export class LazyRequest extends Leaving implements ModelRequest {
  readonly provider: string;
  #bytes: Uint8Array;
  #text: string | undefined;

  constructor(provider: string, view: Uint8Array) {
    super();
    this.provider = provider;
    this.#bytes = view;
  }

  get bytes(): Uint8Array {
    return this.#text === undefined ? this.#bytes.slice() : bytesOf(this.#text);
  }

  get view(): Uint8Array {
    return this.#text === undefined ? this.#bytes : bytesOf(this.#text);
  }

  text(): string {
    return (this.#text ??= textOf(this.#bytes));
  }

  json(): ChatBody {
    return JSON.parse(this.text()) as ChatBody;
  }

  /** The memory behind it is about to change. */
  keep(): void {
    this.#bytes = this.#text === undefined ? this.#bytes.slice() : new Uint8Array();
  }
}

/** Not `instanceof`: in Node the mere mention of Response loads its whole HTTP client, which takes 50 ms. */
export function isResponse(value: object | string | null): value is Response {
  return typeof value === "object" && value !== null && "arrayBuffer" in value && "headers" in value;
}

const WHAT_IT_GIVES = "It gives a text, { text, toolCalls }, a chat completion or a Response.";
const REPLY: Names<SimpleReply> = { text: true, toolCalls: true, usage: true };
const CALL: Names<SimpleCall> = { name: true, arguments: true, id: true };
const USAGE: Names<NonNullable<SimpleReply["usage"]>> = { input: true, output: true, cached: true };

/** Not every text that begins with a brace: an answer may be JSON itself. */
function isCompletion(text: string): boolean {
  return text.startsWith("{") && text.includes('"choices"');
}

function onlyCall(call: SimpleCall): void {
  onlyNames("A tool call of the model's function", call, CALL);
  if (typeof call.name === "string" && call.name !== "") return;
  throw new TroupeError("malformed", "The model's function gave a tool call without the tool's \"name\".");
}

/** A chat completion of OpenAI, as JSON. Throws where the reply is none. */
export function completionOf(reply: Exclude<ModelReply, Response>): string {
  if (typeof reply === "string") return isCompletion(reply) ? reply : completionOf({ text: reply });
  if (typeof reply !== "object" || reply === null) {
    throw new TroupeError("malformed", `The model's function gave ${String(reply)}. ${WHAT_IT_GIVES}`);
  }
  if ("choices" in reply) return JSON.stringify(reply);
  onlyNames("The reply of the model's function", reply, REPLY);
  if (Object.keys(reply).length === 0 || (reply.text !== undefined && typeof reply.text !== "string"))
    throw new TroupeError(
      "malformed",
      `The model's function gave ${JSON.stringify(reply)}. ${WHAT_IT_GIVES}`,
    );
  const { text = "" } = reply;
  const toolCalls = reply.toolCalls ?? [];
  const usage = reply.usage ?? {};
  if (!Array.isArray(toolCalls))
    throw new TroupeError("malformed", 'The model\'s function gave "toolCalls" that are no list.');
  for (const call of toolCalls) onlyCall(call);
  onlyNames("The usage that the model's function gave", usage, USAGE);
  const calls = toolCalls.map((call, index) => ({
    id: call.id ?? `call_${index}`,
    type: "function",
    function: { name: call.name, arguments: JSON.stringify(call.arguments ?? {}) },
  }));
  return JSON.stringify({
    choices: [
      {
        message: { role: "assistant", content: text, ...(calls.length > 0 && { tool_calls: calls }) },
        finish_reason: calls.length > 0 ? "tool_calls" : "stop",
      },
    ],
    usage: {
      prompt_tokens: Math.ceil(usage.input ?? 0),
      completion_tokens: Math.ceil(usage.output ?? 0),
      ...(usage.cached && { prompt_tokens_details: { cached_tokens: Math.floor(usage.cached) } }),
    },
  });
}
