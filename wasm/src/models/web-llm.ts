// The entry `troupe/web-llm`: models that run in the page, on its graphics card, by WebLLM (@mlc-ai/web-llm).
import type { ModelReply, ModelRequest } from "../model.js";
import type { FunctionProvider } from "../options.js";
import { type FormBody, instructed, replyIn } from "./instructed.js";
import { streamed } from "./stream.js";

/** What is used of WebLLM's engine. */
export interface WebLlmEngine {
  chat: { completions: { create(request: object): Promise<unknown> } };
  interruptGenerate(): unknown;
}

export interface WebLlmOptions {
  /** The engine, or what makes it when it is first needed: models are large. */
  engine: WebLlmEngine | (() => Promise<WebLlmEngine>);
  /** Whether the model has tools of its own, as the Hermes models do. Default: they work by instruction. */
  tools?: boolean;
}

/**
 * A model of WebLLM as a provider.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 * import { type WebLlmEngine, webLlm } from "troupe/web-llm";
 *
 * // Of @mlc-ai/web-llm, such as CreateMLCEngine("Llama-3.2-3B-Instruct-q4f16_1-MLC").
 * declare function createEngine(): Promise<WebLlmEngine>;
 * const troupe = await createTroupe({ providers: { tab: webLlm({ engine: createEngine }) } });
 * ```
 */
export function webLlm({ engine, tools = false }: WebLlmOptions): FunctionProvider {
  let made: Promise<WebLlmEngine> | undefined;
  /** An engine does one thing after the other. */
  let last: Promise<unknown> = Promise.resolve();
  const ready = () => (made ??= typeof engine === "function" ? engine() : Promise.resolve(engine));
  return {
    model: "web-llm",
    stream: true,
    call: async (request) => {
      const before = last;
      let done!: () => void;
      last = new Promise<void>((resolve) => (done = resolve));
      await before;
      try {
        return await replied(await ready().catch(forgotten), tools, request, done);
      } catch (error) {
        done();
        throw error;
      }
    },
  };

  function forgotten(error: unknown): never {
    made = undefined;
    throw error;
  }
}

async function replied(
  engine: WebLlmEngine,
  ownTools: boolean,
  request: ModelRequest,
  done: () => void,
): Promise<ModelReply> {
  const body = request.json() as FormBody;
  request.signal.addEventListener("abort", () => void engine.interruptGenerate(), { once: true });
  const { messages, schema } = ownTools ? { messages: body.messages } : instructed(body);
  const form = schema && { response_format: { type: "json_object", schema: JSON.stringify(schema) } };
  const asked = { messages, ...(ownTools && body.tools && { tools: body.tools }), ...form };
  const create = (more: object) => engine.chat.completions.create({ ...asked, ...more });
  if (schema && body.tools) {
    const reply = (await create({ stream: false })) as Completion;
    done();
    const { prompt_tokens: input = 0, completion_tokens: output = 0 } = reply.usage ?? {};
    return { ...replyIn(reply.choices[0]?.message.content ?? ""), usage: { input, output } };
  }
  const chunks = (await create({
    stream: true,
    stream_options: { include_usage: true },
  })) as AsyncIterable<object>;
  return streamed(until(chunks, done));
}

interface Completion {
  choices: { message: { content: string | null } }[];
  usage?: { prompt_tokens: number; completion_tokens: number };
}

async function* until(chunks: AsyncIterable<object>, done: () => void): AsyncGenerator<object> {
  try {
    yield* chunks;
  } finally {
    done();
  }
}
