// The entry `troupe/transformers`: ONNX models in the page or in Node, by transformers.js (@huggingface/transformers).
import { sentenceOf } from "../errors.js";
import type { ModelReply, ModelRequest } from "../model.js";
import type { FunctionProvider } from "../options.js";
import { failure } from "./failure.js";
import { inTurn } from "./in-turn.js";
import { type FormBody, type PlainMessage, instructed, replyInForm } from "./instructed.js";
import { Pieces } from "./pieces.js";
import { type Finish, type UsageWords, lastChunk, streamed, textChunk } from "./stream.js";

/** What is used of transformers.js. */
export interface TransformersLibrary {
  pipeline(task: "text-generation", model: string, options?: object): Promise<TextGenerator>;
  TextStreamer: new (tokenizer: never, options: object) => object;
  InterruptableStoppingCriteria: new () => { interrupt(): void };
}

/** A pipeline for "text-generation". */
export interface TextGenerator {
  (messages: never, options: object): Promise<unknown>;
  readonly tokenizer: TextTokenizer;
}

export interface TextTokenizer {
  /** As numbers, one for each token. */
  apply_chat_template(messages: never, options: object): unknown;
}

export interface TransformersOptions {
  /** The library: `() => import("@huggingface/transformers")`, so that a bundler knows of it. */
  library: () => Promise<TransformersLibrary>;
  /** The model's name at its hub or its folder, or a pipeline of it for "text-generation". */
  model: string | TextGenerator;
  /** For the library's `pipeline`, where `model` is a name: such as `{ dtype: "q4", device: "webgpu" }`. */
  options?: Readonly<Record<string, unknown>>;
  /** Of one reply. Default: 1,000. */
  maxTokens?: number;
  /** Default: the likeliest word each time. */
  temperature?: number;
}

/**
 * A model of transformers.js as a provider. Its tools work by instruction, and nothing holds a reply to its form: the library
 * has no grammars. What is no call is an answer.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 * import { type TransformersLibrary, transformers } from "troupe/transformers";
 *
 * // () => import("@huggingface/transformers")
 * declare function library(): Promise<TransformersLibrary>;
 * const troupe = await createTroupe({
 *   providers: { tab: transformers({ library, model: "onnx-community/Qwen3-0.6B-ONNX", options: { dtype: "q4f16" } }) },
 * });
 * ```
 */
export function transformers({ library, model, options, ...asked }: TransformersOptions): FunctionProvider {
  const made = async (): Promise<Speaker> => {
    const found = await library().catch((error: unknown) => {
      const sentence = `transformers.js is missing: npm install @huggingface/transformers. ${sentenceOf(error)}`;
      throw failure("not_found", sentence, error);
    });
    return {
      library: found,
      generator: typeof model === "string" ? await loaded(found, model, options) : model,
    };
  };
  return {
    model: "transformers",
    stream: true,
    call: inTurn(made, (speaker, request, done) => replied(speaker, asked, request, done)),
  };
}

interface Speaker {
  library: TransformersLibrary;
  generator: TextGenerator;
}

async function loaded(library: TransformersLibrary, model: string, options?: object): Promise<TextGenerator> {
  try {
    return await library.pipeline("text-generation", model, options);
  } catch (error) {
    throw failure("not_found", `The model ${model} could not be loaded: ${sentenceOf(error)}`, error);
  }
}

async function replied(
  { library, generator }: Speaker,
  { maxTokens = 1000, temperature }: Pick<TransformersOptions, "maxTokens" | "temperature">,
  request: ModelRequest,
  done: () => void,
): Promise<ModelReply> {
  const body = request.json() as FormBody;
  const { messages } = instructed(body);
  const pieces = new Pieces<string>();
  let output = 0;
  const stopping = new library.InterruptableStoppingCriteria();
  request.signal.addEventListener("abort", () => stopping.interrupt(), { once: true });
  const streamer = new library.TextStreamer(generator.tokenizer as never, {
    skip_prompt: true,
    callback_function: (text: string) => pieces.push(text),
    token_callback_function: (tokens: readonly unknown[]) => (output += tokens.length),
  });
  const input = tokensOf(generator.tokenizer, messages);
  generator(messages as never, {
    max_new_tokens: maxTokens,
    ...(temperature !== undefined && { do_sample: temperature > 0, temperature }),
    streamer,
    stopping_criteria: stopping,
  })
    .then(
      () => pieces.end(),
      (error: unknown) => pieces.end(error),
    )
    .finally(done);
  const finish = (): Finish => (output >= maxTokens ? "length" : "stop");
  const usage = (): UsageWords => ({ prompt_tokens: input, completion_tokens: output });
  if (!body.tools) return streamed(chunksOf(pieces, () => lastChunk(usage(), finish())));
  let text = "";
  for await (const piece of pieces) text += piece;
  return replyInForm(text, finish(), usage());
}

function tokensOf(tokenizer: TextTokenizer, messages: PlainMessage[]): number {
  const asked = { add_generation_prompt: true, tokenize: true, return_tensor: false, return_dict: false };
  return (tokenizer.apply_chat_template(messages as never, asked) as readonly number[]).length;
}

async function* chunksOf(texts: AsyncIterable<string>, last: () => object): AsyncGenerator<object> {
  for await (const text of texts) yield textChunk(text);
  yield last();
}
