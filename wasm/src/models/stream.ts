// Pieces of a reply as a response of OpenAI's, streamed: what function models may hand on.

/** `chunks` are chat completion chunks. Leaving the response ends them. */
export function streamed(chunks: AsyncIterable<object>): Response {
  const iterator = chunks[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      controller.enqueue(encoder.encode(`data: ${done ? "[DONE]" : JSON.stringify(value)}\n\n`));
      if (done) controller.close();
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

export const textChunk = (content: string) => ({ choices: [{ index: 0, delta: { content } }] });

export const lastChunk = (usage: { prompt_tokens: number; completion_tokens: number }) => ({
  choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
  usage,
});
