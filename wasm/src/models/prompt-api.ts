// The entry `troupe/prompt-api`: the model that a browser has built in (the Prompt API of Chrome and Edge).
import { sentenceOf } from "../errors.js";
import type { ModelReply, ModelRequest } from "../model.js";
import type { FunctionProvider } from "../options.js";
import { failure } from "./failure.js";
import { type FormBody, type PlainMessage, instructed, replyIn } from "./instructed.js";
import { lastChunk, streamed, textChunk } from "./stream.js";

/** What is used of the browser's `LanguageModel`. */
export interface LanguageModelLike {
  availability(options?: object): Promise<string>;
  create(options?: object): Promise<LanguageModelSession>;
}

export interface LanguageModelSession {
  prompt(input: object, options?: object): Promise<string>;
  promptStreaming(input: object, options?: object): ReadableStream<string>;
  measureInputUsage?(input: object): Promise<number>;
  destroy(): void;
}

export interface PromptApiOptions {
  /** Default: the page's own `LanguageModel`. */
  languageModel?: LanguageModelLike;
  /** Told from 0 to 1 while the browser fetches its model, which it does once. */
  onDownload?: (loaded: number) => void;
  temperature?: number;
  topK?: number;
}

/**
 * The browser's built-in model as a provider. Its tools work by instruction: the reply has to fit a form, and the browser
 * holds the model to it.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 * import { promptApi } from "troupe/prompt-api";
 *
 * const troupe = await createTroupe({
 *   providers: { browser: promptApi({ onDownload: (loaded) => console.log(`${Math.round(loaded * 100)} %`) }) },
 * });
 * ```
 */
export function promptApi(options: PromptApiOptions = {}): FunctionProvider {
  return { call: (request) => replied(options, request), model: "built-in", stream: true };
}

async function replied(options: PromptApiOptions, request: ModelRequest): Promise<ModelReply> {
  const { signal } = request;
  const { messages, schema } = instructed(request.json() as FormBody);
  const system = messages.filter(({ role }) => role === "system");
  const rest = messages.filter(({ role }) => role !== "system");
  const session = await opened(options, system, signal);
  try {
    const tokens = (await session.measureInputUsage?.(rest).catch(() => undefined)) ?? 0;
    if (schema) {
      const text = await session.prompt(rest, { responseConstraint: schema, signal });
      session.destroy();
      return { ...replyIn(text), usage: { input: tokens, output: Math.ceil(text.length / 4) } };
    }
    return await streamed(chunksOf(session, rest, tokens, signal));
  } catch (error) {
    session.destroy();
    throw understood(error);
  }
}

async function opened(
  { languageModel = pagesOwn(), onDownload, temperature, topK }: PromptApiOptions,
  initialPrompts: PlainMessage[],
  signal: AbortSignal,
): Promise<LanguageModelSession> {
  if ((await languageModel.availability()) === "unavailable")
    throw failure("not_found", "This browser's built-in model cannot be used on this device.");
  return languageModel
    .create({
      signal,
      ...(initialPrompts.length > 0 && { initialPrompts }),
      // A browser wants both or none.
      ...(temperature !== undefined && topK !== undefined && { temperature, topK }),
      monitor: (monitor: EventTarget) =>
        monitor.addEventListener("downloadprogress", (event) =>
          onDownload?.((event as Event & { loaded: number }).loaded),
        ),
    })
    .catch((error: unknown) => Promise.reject(understood(error)));
}

function pagesOwn(): LanguageModelLike {
  const { LanguageModel } = globalThis as { LanguageModel?: LanguageModelLike };
  if (LanguageModel) return LanguageModel;
  throw failure(
    "not_found",
    "This browser has no built-in model: Chrome and Edge have one, on some devices.",
  );
}

async function* chunksOf(
  session: LanguageModelSession,
  input: PlainMessage[],
  tokens: number,
  signal: AbortSignal,
): AsyncGenerator<object> {
  let length = 0;
  const reader = session.promptStreaming(input, { signal }).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      yield textChunk(value);
    }
    // The browser counts no tokens of replies: four letters a token is what English has.
    yield lastChunk({ prompt_tokens: tokens, completion_tokens: Math.ceil(length / 4) });
  } finally {
    await reader.cancel().catch(() => undefined);
    session.destroy();
  }
}

function understood(error: unknown): unknown {
  const { name } = (error ?? {}) as { name?: string };
  if (name === "QuotaExceededError")
    return failure(
      "too_long",
      `The conversation is too long for the browser's model: ${sentenceOf(error)}`,
      error,
    );
  if (name === "NotSupportedError" || name === "NotAllowedError")
    return failure("unsupported", `The browser's model refuses this: ${sentenceOf(error)}`, error);
  return error;
}
