// A conversation as node-llama-cpp keeps it: what a model said, called and was told in one turn is one item.
import type { ChatBody } from "../model.js";

export type LlamaHistory = (
  { type: "system" | "user"; text: string } | { type: "model"; response: (string | FunctionCall)[] }
)[];

interface FunctionCall {
  type: "functionCall";
  name: string;
  params: unknown;
  result: unknown;
}

export function historyOf(messages: ChatBody["messages"]): LlamaHistory {
  const history: LlamaHistory = [];
  const calls = new Map<string | undefined, FunctionCall>();
  for (const { role, content, tool_calls = [], tool_call_id } of messages) {
    if (role === "tool") {
      const call = calls.get(tool_call_id);
      if (call) call.result = content;
    } else if (role === "assistant") {
      const response = responseIn(history);
      if (content) response.push(content);
      for (const { id, function: called } of tool_calls) {
        const params = JSON.parse(called.arguments || "{}") as unknown;
        const call: FunctionCall = { type: "functionCall", name: called.name, params, result: "" };
        calls.set(id, call);
        response.push(call);
      }
    } else history.push({ type: role, text: content });
  }
  return history;
}

/** Of the model's item at the end. */
function responseIn(history: LlamaHistory): (string | FunctionCall)[] {
  const last = history.at(-1);
  if (last?.type === "model") return last.response;
  const response: (string | FunctionCall)[] = [];
  history.push({ type: "model", response });
  return response;
}
