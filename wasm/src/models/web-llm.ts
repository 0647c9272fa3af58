// The entry `troupe/web-llm`: models that run in the page, on its graphics card, by WebLLM (@mlc-ai/web-llm).
import type { ModelReply, ModelRequest } from "../model.js";
import type { FunctionProvider } from "../options.js";
import { type Made, inTurn } from "./in-turn.js";
import { type FormBody, instructed, replyInForm } from "./instructed.js";
import { type Completion, streamed, until } from "./stream.js";

/** What is used of WebLLM's engine. */
export interface WebLlmEngine {
  chat: { completions: { create(request: object): Promise<unknown> } };
  interruptGenerate(): unknown;
}

export interface WebLlmOptions {
  /** The engine, or what makes it when it is first needed: models are large. */
  engine: Made<WebLlmEngine>;
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
  return {
    model: "web-llm",
    stream: true,
    call: inTurn(engine, (engine, request, done) => replied(engine, tools, request, done)),
  };
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
    const { choices, usage } = (await create({ stream: false })) as Completion;
    return replyInForm(choices[0]?.message.content ?? "", choices[0]?.finish_reason, usage);
  }
  const chunks = await create({ stream: true, stream_options: { include_usage: true } });
  return streamed(until(chunks as AsyncIterable<object>, done));
}
