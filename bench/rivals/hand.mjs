// The loop that one writes by hand: JSON out, JSON in, nothing kept.
import { INSTRUCTION, SCHEMA, TASK, TOOL, completion, lookup, setting, turnOf } from "../workload.mjs";

const tools = [{ type: "function", function: { ...TOOL, parameters: SCHEMA } }];

async function chat(request) {
  const body = JSON.stringify(request);
  const turn = turnOf(body);
  if (setting.gate) await setting.gate(turn);
  return JSON.parse(completion(turn));
}

export async function prepare() {
  return async () => {
    const messages = [
      { role: "system", content: INSTRUCTION },
      { role: "user", content: TASK },
    ];
    for (;;) {
      const { choices } = await chat({ model: "scripted", messages, tools });
      const { message } = choices[0];
      messages.push(message);
      if (!message.tool_calls?.length) return message.content;
      for (const call of message.tool_calls) {
        const { q } = JSON.parse(call.function.arguments);
        const content = await (async () => lookup(q))();
        messages.push({ role: "tool", tool_call_id: call.id, content });
      }
    }
  };
}
