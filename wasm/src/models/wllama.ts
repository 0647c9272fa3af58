// The entry `troupe/wllama`: GGUF models that run in the page, on its processor or graphics card, by wllama.
import { sentenceOf } from "../errors.js";
import type { ModelReply, ModelRequest } from "../model.js";
import type { FunctionProvider } from "../options.js";
import { failure } from "./failure.js";
import { type Made, inTurn } from "./in-turn.js";
import { type FormBody, instructed, replyInForm } from "./instructed.js";
import { type Completion, streamed, until } from "./stream.js";

/** What is used of a `Wllama` (@wllama/wllama). */
export interface WllamaModel {
  createChatCompletion(request: object): Promise<unknown>;
  getChatTemplate?(): string | null;
}

export interface WllamaOptions {
  /** A Wllama that has loaded its model, or what makes one when it is first needed: models are large. */
  model: Made<WllamaModel>;
  /**
   * Whether tools work by the model's own function calling. Otherwise they work by instruction, and a grammar holds the
   * reply to its form. Default: where the model's chat template knows tools.
   */
  tools?: boolean;
  /** Of one reply. Default: what the context has room for. */
  maxTokens?: number;
  temperature?: number;
  seed?: number;
}

/**
 * A model of wllama as a provider.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 * import { type WllamaModel, wllama } from "troupe/wllama";
 *
 * // Of @wllama/wllama: const it = new Wllama({ default: "/wllama.wasm" }); await it.loadModelFromUrl("/model.gguf"); return it;
 * declare function loadModel(): Promise<WllamaModel>;
 * const troupe = await createTroupe({ providers: { tab: wllama({ model: loadModel, maxTokens: 1000 }) } });
 * ```
 */
export function wllama({ model, ...options }: WllamaOptions): FunctionProvider {
  const call = inTurn(model, (it, request, done) => replied(it, options, request, done));
  return {
    model: "wllama",
    stream: true,
    call: async (request) => {
      try {
        return await call(request);
      } catch (error) {
        throw understood(error);
      }
    },
  };
}

async function replied(
  model: WllamaModel,
  { tools, maxTokens, temperature, seed }: Omit<WllamaOptions, "model">,
  request: ModelRequest,
  done: () => void,
): Promise<ModelReply> {
  const body = request.json() as FormBody;
  const own = tools ?? /\btools\b/.test(model.getChatTemplate?.() ?? "");
  const schemaOf = ({ response_format }: FormBody) => response_format?.json_schema?.schema;
  const { messages, schema } = own ? { messages: body.messages, schema: schemaOf(body) } : instructed(body);
  const asked = {
    messages,
    abortSignal: request.signal,
    ...(own && body.tools && { tools: body.tools }),
    ...(schema && { response_format: { type: "json_schema", json_schema: { name: "answer", schema } } }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(seed !== undefined && { seed }),
  };
  if (!own && body.tools) {
    const { choices, usage } = (await model.createChatCompletion(asked)) as Completion;
    return replyInForm(choices[0]?.message.content ?? "", choices[0]?.finish_reason, usage);
  }
  const streaming = { ...asked, stream: true, stream_options: { include_usage: true } };
  const chunks = (await model.createChatCompletion(streaming)) as AsyncIterable<object>;
  return streamed(until(chunks, done));
}

function understood(error: unknown): unknown {
  const { type } = (error ?? {}) as { type?: string };
  const sentence = sentenceOf(error);
  if (type === "model_not_loaded")
    return failure(
      "not_found",
      `This Wllama has no model: load one before you hand it over. ${sentence}`,
      error,
    );
  if (type === "load_error")
    return failure("unsupported", `The model could not be loaded: ${sentence}`, error);
  if (type === "kv_cache_full" || /context size/.test(sentence))
    return failure("too_long", `The conversation is too long for the model: ${sentence}`, error);
  return error;
}
