// Vercel's AI SDK, generateText with a model that answers at once. Not durable.
import { generateText, isStepCount, tool } from "ai";
import { z } from "zod";
import { FINAL, INSTRUCTION, TASK, TOOL, argumentsOf, lookup, setting } from "../workload.mjs";

const usage = {
  inputTokens: { total: 100, noCache: 100, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 20, text: 20, reasoning: undefined },
};

const model = {
  specificationVersion: "v4",
  provider: "scripted",
  modelId: "scripted",
  supportedUrls: {},
  async doGenerate({ prompt }) {
    const turn = prompt.reduce((n, message) => n + (message.role === "assistant" ? 1 : 0), 0);
    if (setting.gate) await setting.gate(turn);
    if (turn >= setting.turns) {
      const content = [{ type: "text", text: FINAL }];
      return { content, finishReason: { unified: "stop", raw: "stop" }, usage, warnings: [] };
    }
    const input = JSON.stringify(argumentsOf(turn));
    const content = [{ type: "tool-call", toolCallId: `call_${turn}`, toolName: TOOL.name, input }];
    return { content, finishReason: { unified: "tool-calls", raw: "tool_calls" }, usage, warnings: [] };
  },
};

export async function prepare() {
  const tools = {
    [TOOL.name]: tool({
      description: TOOL.description,
      inputSchema: z.object({ q: z.string() }),
      execute: async ({ q }) => lookup(q),
    }),
  };
  return async () => {
    const stopWhen = isStepCount(setting.turns + 5);
    return (await generateText({ model, instructions: INSTRUCTION, prompt: TASK, tools, stopWhen })).text;
  };
}
