// LangGraph's prebuilt agent. Not durable.
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { z } from "zod";
import { FINAL, INSTRUCTION, TASK, TOOL, argumentsOf, lookup, setting } from "../workload.mjs";

class Scripted extends BaseChatModel {
  _llmType() {
    return "scripted";
  }
  bindTools(tools) {
    return this.withConfig({ tools });
  }
  async _generate(messages) {
    const turn = (messages.length - 2) / 2;
    if (setting.gate) await setting.gate(turn);
    const call = { name: TOOL.name, args: argumentsOf(turn), id: `call_${turn}`, type: "tool_call" };
    const message =
      turn >= setting.turns
        ? new AIMessage({ content: FINAL })
        : new AIMessage({ content: "", tool_calls: [call] });
    return { generations: [{ text: message.content, message }] };
  }
}

export const prepare = async () => prepareWith(undefined);

/** With a checkpointer every run is a thread of its own, which is deleted with its end. */
export function prepareWith(checkpointer) {
  const tools = [tool(async ({ q }) => lookup(q), { ...TOOL, schema: z.object({ q: z.string() }) })];
  const agent = createReactAgent({ llm: new Scripted({}), tools, prompt: INSTRUCTION, checkpointer });
  let threads = 0;
  return async () => {
    const thread = `t${threads++}`;
    const config = { recursionLimit: 2 * setting.turns + 10, configurable: { thread_id: thread } };
    const result = await agent.invoke({ messages: [{ role: "user", content: TASK }] }, config);
    await checkpointer?.deleteThread(thread);
    return result.messages.at(-1).content;
  };
}
