// A run's tellings on their way to a page, as a stream and as a response of server-sent events.
import { bytesOf } from "../frames.js";
import type { PageRun } from "./telling.js";

/** What a response may be told beside its stream. */
export interface SseOptions {
  headers?: Readonly<Record<string, string>>;
  /** Milliseconds of silence until a comment is sent, because proxies cut silent streams. Default: 15,000. */
  keepAliveMs?: number;
}

/** Whoever cancels the stream cancels the run. */
export function readableOf<Chunk>(
  run: PageRun,
  chunks: AsyncGenerator<Chunk, undefined>,
): ReadableStream<Chunk> {
  return new ReadableStream<Chunk>({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      // The run's end also ends the wait for its next event.
      await run.cancel().catch(() => undefined);
      await chunks.return(undefined);
    },
  });
}

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  // nginx would gather the events.
  "x-accel-buffering": "no",
};

/** `last` is what stands on a line of its own when all is said. */
export function sseResponse(
  chunks: ReadableStream<object>,
  { headers = {}, keepAliveMs = 15_000 }: SseOptions,
  last?: string,
): Response {
  const reader = chunks.getReader();
  let reading: ReturnType<typeof reader.read> | undefined;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const result = await within(keepAliveMs, (reading ??= reader.read()));
      if (!result) return controller.enqueue(bytesOf(":\n\n"));
      reading = undefined;
      if (!result.done) return controller.enqueue(bytesOf(`data: ${JSON.stringify(result.value)}\n\n`));
      if (last !== undefined) controller.enqueue(bytesOf(`data: ${last}\n\n`));
      controller.close();
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, { headers: { ...HEADERS, ...headers } });
}

/** What a promise gives, or nothing when it takes longer. */
async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, ms, undefined)));
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
