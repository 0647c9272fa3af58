// Pieces of a reply as a response of OpenAI's, streamed: what function models may hand on.

/** How a reply ended, in OpenAI's words. */
export type Finish = "stop" | "length" | "tool_calls";

/** Tokens, in OpenAI's words. */
export interface UsageWords {
  prompt_tokens: number;
  completion_tokens: number;
  prompt_tokens_details?: { cached_tokens: number };
}

/** `chunks` are chat completion chunks. Leaving the response ends them. What fails before the first one, fails here. */
export async function streamed(chunks: AsyncIterable<object>): Promise<Response> {
  const iterator = chunks[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  let next: Promise<IteratorResult<object>> | undefined = Promise.resolve(await iterator.next());
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await (next ?? iterator.next());
      next = undefined;
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

export const callsChunk = (calls: readonly { functionName: string; params: unknown }[]) => ({
  choices: [{ index: 0, delta: { tool_calls: calls.map(callPiece) } }],
});

const callPiece = ({ functionName, params }: { functionName: string; params: unknown }, index: number) => ({
  index,
  type: "function",
  function: { name: functionName, arguments: JSON.stringify(params ?? {}) },
});

export const lastChunk = (usage: UsageWords, finish: Finish = "stop") => ({
  choices: [{ index: 0, delta: {}, finish_reason: finish }],
  usage,
});

/** What is read of a chat completion that came as a whole. */
export interface Completion {
  choices: { message: { content: string | null }; finish_reason?: Finish }[];
  usage?: UsageWords;
}

export async function* until(chunks: AsyncIterable<object>, done: () => void): AsyncGenerator<object> {
  try {
    yield* chunks;
  } finally {
    done();
  }
}
