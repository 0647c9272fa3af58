// Tools for models that know none: an instruction, a form that the reply has to fit, and the reply read back.
import type { ChatBody, ModelReply, SimpleReply } from "../model.js";
import type { Finish, UsageWords } from "./stream.js";

/** One message for a model without tools. */
export interface PlainMessage {
  role: "system" | "user" | "assistant";
  content: string;
}

export interface Instructed {
  messages: PlainMessage[];
  /** JSON Schema that the reply has to fit; none: any text. */
  schema?: Record<string, unknown>;
}

/** A conversation in plain words: calls of tools become what the assistant said, and their results what the user says. */
export function instructed({ messages, tools = [], response_format }: FormBody): Instructed {
  const plain: PlainMessage[] = [];
  const names = new Map<string, string>();
  for (const { role, content, tool_calls = [], tool_call_id } of messages) {
    for (const { id, function: called } of tool_calls) names.set(id, called.name);
    if (role === "tool")
      plain.push({
        role: "user",
        content: `The result of ${names.get(tool_call_id ?? "") ?? "the tool"}:\n${content}`,
      });
    else if (tool_calls.length > 0)
      plain.push({ role, content: JSON.stringify(callOf(tool_calls[0]!.function)) });
    else
      plain.push({
        role,
        content: tools.length > 0 && role === "assistant" ? JSON.stringify({ answer: content }) : content,
      });
  }
  const schema = response_format?.json_schema?.schema;
  if (tools.length === 0) return { messages: plain, ...(schema && { schema }) };
  const listed = tools.map(({ function: { name, description, parameters } }) =>
    JSON.stringify({ tool: name, description, arguments: parameters }),
  );
  const instruction = `You can use these tools, one at a time:\n${listed.join("\n")}\n\nReply with one JSON object: {"tool": "…", "arguments": {…}} to use a tool, or {"answer": "…"} when you are done.`;
  const [first, ...rest] = plain;
  const system: PlainMessage =
    first?.role === "system"
      ? { role: "system", content: `${first.content}\n\n${instruction}` }
      : { role: "system", content: instruction };
  return { messages: [system, ...(first?.role === "system" ? rest : plain)], schema: formOf(tools) };
}

/** A chat completion's body may want a form. */
export type FormBody = ChatBody & {
  response_format?: { json_schema?: { schema?: Record<string, unknown> } };
};

function callOf({ name, arguments: args }: { name: string; arguments: string }): object {
  return { tool: name, arguments: JSON.parse(args || "{}") as unknown };
}

function formOf(tools: NonNullable<ChatBody["tools"]>): Record<string, unknown> {
  const calls = tools.map(({ function: { name, parameters } }) => ({
    type: "object",
    properties: { tool: { const: name }, arguments: parameters },
    required: ["tool", "arguments"],
    additionalProperties: false,
  }));
  const answer = {
    type: "object",
    properties: { answer: { type: "string" } },
    required: ["answer"],
    additionalProperties: false,
  };
  return { anyOf: [answer, ...calls] };
}

const NO_USAGE: UsageWords = { prompt_tokens: 0, completion_tokens: 0 };

/** What came of such a form. One that was cut is no reply: it stands as it is, and says that it was too long. */
export function replyInForm(
  text: string,
  finish: Finish | undefined,
  usage: UsageWords = NO_USAGE,
): ModelReply {
  if (finish === "length")
    return { choices: [{ message: { content: text }, finish_reason: finish }], usage } as ModelReply;
  const { prompt_tokens: input, completion_tokens: output, prompt_tokens_details: details } = usage;
  return { ...replyIn(text), usage: { input, output, cached: details?.cached_tokens ?? 0 } };
}

/** What such a reply says. A reply that is no such object is an answer as it stands: models forget. */
export function replyIn(text: string): SimpleReply {
  const begin = text.indexOf("{");
  const end = text.lastIndexOf("}");
  if (begin < 0 || end < begin) return { text };
  try {
    const said = JSON.parse(text.slice(begin, end + 1)) as Record<string, unknown>;
    if (typeof said.tool === "string")
      return {
        toolCalls: [{ name: said.tool, arguments: (said.arguments ?? {}) as Record<string, unknown> }],
      };
    if (typeof said.answer === "string") return { text: said.answer };
  } catch {
    // It is words with a brace in them.
  }
  return { text };
}
