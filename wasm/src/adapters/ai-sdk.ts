// A run as AI SDK 7's UI message stream, for pages with `useChat`.
import { approvalsIn } from "./approvals.js";
import { tellingsOf } from "./tellings.js";
import { readableOf, type SseOptions, sseResponse } from "./sse.js";
import type { PageOptions, PageRun } from "./telling.js";
import { chunksOf } from "./ui-chunks.js";
import type { PageMessage, RunMetadata, UiMessageChunk } from "./ui-message.js";

export type { NoteKind, PageOptions, PageRun, PlainQuestion } from "./telling.js";
export type { SseOptions } from "./sse.js";
export type * from "./ui-message.js";

export interface UiMessageOptions extends PageOptions {
  /** What the page posted: approvals in it answer the run's questions, and a last message of the assistant goes on. */
  messages?: readonly PageMessage[];
}

/**
 * The run as a stream of UI message chunks, for `createUIMessageStreamResponse` or the writer of `createUIMessageStream`
 * of `ai`. Call it as soon as the run begins. It never throws: a run that cannot begin is an `error` chunk. Whoever cancels
 * the stream cancels the run.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 * import { uiMessageStream } from "troupe/ai-sdk";
 *
 * const troupe = await createTroupe();
 * for await (const chunk of uiMessageStream(troupe.run("add 17 and 25"))) console.log(chunk.type);
 * ```
 */
export function uiMessageStream(
  run: PageRun,
  options: UiMessageOptions = {},
): ReadableStream<UiMessageChunk> {
  const approvals = approvalsIn(options.messages ?? []);
  const tellings = tellingsOf(run, options, { texts: run.id, answerOf: (ask) => approvals.get(ask) });
  const last = options.messages?.at(-1);
  const messageId = last?.role === "assistant" ? last.id : run.id;
  return readableOf(run, chunksOf(run.id, messageId, tellings));
}

/**
 * The run as a response of server-sent events, as the AI SDK's `DefaultChatTransport` reads it. See `uiMessageStream`.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 * import { type PageMessage, uiMessageResponse } from "troupe/ai-sdk";
 *
 * const troupe = await createTroupe();
 * export const POST = async (request: Request) => {
 *   const { task, messages } = (await request.json()) as { task: string; messages: PageMessage[] };
 *   return uiMessageResponse(troupe.run(task), { messages });
 * };
 * ```
 */
export function uiMessageResponse(run: PageRun, options: UiMessageOptions & SseOptions = {}): Response {
  const headers = { "x-vercel-ai-ui-message-stream": "v1", ...options.headers };
  return sseResponse(uiMessageStream(run, options), { ...options, headers }, "[DONE]");
}

/**
 * The name of the paused run that a page goes on with, for `troupe.resume`; none when it begins a new one. It comes from
 * the page: look whether the run is this user's.
 */
export function resumedRun(messages: readonly PageMessage[]): string | undefined {
  const { role, metadata } = (Array.isArray(messages) && messages.at(-1)) || ({} as Partial<PageMessage>);
  const { run, resumable } = (metadata ?? {}) as Partial<RunMetadata>;
  return role === "assistant" && resumable === true && typeof run === "string" ? run : undefined;
}
