// The entry `troupe/node-llama-cpp`: GGUF models in Node, by llama.cpp.
import { sentenceOf } from "../errors.js";
import type { ModelReply, ModelRequest } from "../model.js";
import type { FunctionProvider } from "../options.js";
import { failure } from "./failure.js";
import { grammarSchema } from "./grammar-schema.js";
import { type Made, inTurn } from "./in-turn.js";
import { type FormBody, instructed, replyInForm } from "./instructed.js";
import { type LlamaHistory, historyOf } from "./llama-history.js";
import { Pieces } from "./pieces.js";
import { type Finish, type UsageWords, callsChunk, lastChunk, streamed, textChunk } from "./stream.js";

/** What is used of a `LlamaModel` of node-llama-cpp. */
export interface LlamaModel {
  readonly llama: { createGrammarForJsonSchema(schema: never): Promise<unknown> };
  createContext(options?: { contextSize?: number }): Promise<{ getSequence(): unknown }>;
}

export interface NodeLlamaCppOptions {
  /** A GGUF file, or a model that is loaded, or what loads it when it is first needed. */
  model: string | Made<LlamaModel>;
  /** The library. Default: the package node-llama-cpp, as it is found from here. */
  library?: () => Promise<unknown>;
  /** For node-llama-cpp's `getLlama`, where `model` is a file: such as `{ gpu: false }`. */
  llama?: Readonly<Record<string, unknown>>;
  /** Tokens that a conversation may have. Default: node-llama-cpp's choice, by the model and the memory. */
  contextSize?: number;
  /**
   * Whether tools work by node-llama-cpp's function calling, whose arguments a grammar holds to their schema. Otherwise they
   * work by instruction, and the grammar holds the whole reply to its form: for small models that would rather talk.
   * Default: true.
   */
  tools?: boolean;
  /** Of one reply. Default: what the context has room for. */
  maxTokens?: number;
  temperature?: number;
  seed?: number;
}

/**
 * A model of node-llama-cpp as a provider.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 * import { nodeLlamaCpp } from "troupe/node-llama-cpp";
 *
 * const troupe = await createTroupe({ providers: { here: nodeLlamaCpp({ model: "models/qwen3-4b.gguf" }) } });
 * ```
 */
export function nodeLlamaCpp({
  model,
  library,
  llama,
  contextSize,
  ...asked
}: NodeLlamaCppOptions): FunctionProvider {
  const made = async () => {
    const found = await installed(library);
    const loaded =
      typeof model === "string" ? load(found, model, llama) : typeof model === "function" ? model() : model;
    return speaker(found, await loaded, contextSize);
  };
  return {
    model: "node-llama-cpp",
    stream: true,
    call: inTurn(made, (speaker, request, done) => replied(speaker, asked, request, done)),
  };
}

interface Library {
  getLlama(options?: object): Promise<{ loadModel(options: { modelPath: string }): Promise<LlamaModel> }>;
  LlamaChat: new (options: { contextSequence: unknown }) => Chat;
}

interface Chat {
  generateResponse(history: LlamaHistory, options: object): Promise<Generated>;
}

interface Generated {
  response: string;
  functionCalls?: { functionName: string; params: unknown }[];
  metadata: { stopReason: string };
}

interface Sequence {
  readonly contextTokens: readonly unknown[];
  readonly tokenMeter: { readonly usedInputTokens: number; readonly usedOutputTokens: number };
}

/** A model with its one conversation, whose beginning it does not read again where it is the same. */
interface Speaker {
  model: LlamaModel;
  chat: Chat;
  sequence: Sequence;
}

async function installed(library?: () => Promise<unknown>): Promise<Library> {
  const name = "node-llama-cpp"; // not for bundlers: it is there or not
  try {
    return (await (library?.() ?? import(name))) as Library;
  } catch (error) {
    throw failure(
      "not_found",
      `The package ${name} is missing: npm install ${name}. ${sentenceOf(error)}`,
      error,
    );
  }
}

async function load(library: Library, modelPath: string, llama?: object): Promise<LlamaModel> {
  try {
    return await (await library.getLlama(llama)).loadModel({ modelPath });
  } catch (error) {
    throw failure("not_found", `The model ${modelPath} could not be loaded: ${sentenceOf(error)}`, error);
  }
}

async function speaker(library: Library, model: LlamaModel, contextSize?: number): Promise<Speaker> {
  const context = await model.createContext(contextSize === undefined ? {} : { contextSize });
  const sequence = context.getSequence() as Sequence;
  return { model, sequence, chat: new library.LlamaChat({ contextSequence: sequence }) };
}

type Asked = Pick<NodeLlamaCppOptions, "tools" | "maxTokens" | "temperature" | "seed">;

async function replied(
  { model, chat, sequence }: Speaker,
  { tools = true, maxTokens, temperature, seed }: Asked,
  request: ModelRequest,
  done: () => void,
): Promise<ModelReply> {
  const body = request.json() as FormBody;
  const own = tools && body.tools !== undefined;
  const { messages, schema } = own ? { messages: body.messages } : instructed(body);
  const before = { ...counts(sequence) };
  const pieces = new Pieces<object>();
  const stop = new AbortController();
  request.signal.addEventListener("abort", () => stop.abort(request.signal.reason), { once: true });
  const asked = {
    signal: stop.signal,
    stopOnAbortSignal: true, // once it speaks, what it said so far counts
    maxTokens,
    temperature,
    seed,
    contextShift: { strategy: () => tooLong(stop) },
    onTextChunk: (text: string) => pieces.push(textChunk(text)),
    ...(own && { functions: functionsOf(body.tools) }),
    ...(schema && { grammar: await model.llama.createGrammarForJsonSchema(grammarSchema(schema) as never) }),
  };
  const generated = chat.generateResponse(historyOf(messages), asked).catch(understood);
  if (!own && body.tools) {
    const { response, metadata } = await generated;
    return replyInForm(response, finishOf(metadata.stopReason), usageSince(before, sequence));
  }
  generated
    .then(({ functionCalls, metadata }) => {
      if (functionCalls) pieces.push(callsChunk(functionCalls));
      pieces.push(lastChunk(usageSince(before, sequence), finishOf(metadata.stopReason)));
      pieces.end();
    })
    .catch((error: unknown) => pieces.end(error))
    .finally(done);
  return streamed(pieces);
}

function functionsOf(tools: FormBody["tools"] = []): object {
  const described = tools.map(({ function: { name, description, parameters } }) => [
    name,
    { description, params: grammarSchema(parameters) },
  ]);
  return Object.fromEntries(described) as object;
}

/** What does not fit is not forgotten in silence: the engine makes room, and says so. */
function tooLong(stop: AbortController): object {
  stop.abort(failure("too_long", "The conversation is too long for the model's context."));
  return { chatHistory: [{ type: "model", response: [] }], metadata: null };
}

function understood(error: unknown): never {
  if (/fits? the context/.test(sentenceOf(error)))
    throw failure(
      "too_long",
      `The conversation is too long for the model's context: ${sentenceOf(error)}`,
      error,
    );
  throw error;
}

function finishOf(stopReason: string): Finish {
  if (stopReason === "functionCalls") return "tool_calls";
  return stopReason === "maxTokens" || stopReason === "abort" ? "length" : "stop";
}

function counts({ tokenMeter: { usedInputTokens, usedOutputTokens } }: Sequence) {
  return { read: usedInputTokens, said: usedOutputTokens };
}

/** The meter does not count what was still known of the turn before. */
function usageSince(before: ReturnType<typeof counts>, sequence: Sequence): UsageWords {
  const { read, said } = counts(sequence);
  const output = said - before.said;
  const input = Math.max(read - before.read, sequence.contextTokens.length - output);
  const cached = input - (read - before.read);
  return {
    prompt_tokens: input,
    completion_tokens: output,
    prompt_tokens_details: { cached_tokens: cached },
  };
}
