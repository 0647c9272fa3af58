// The conversation as Anthropic's own client sends it.
import Anthropic from "@anthropic-ai/sdk";

import { instruction, png, schema, texts, tools } from "./conversation.mjs";

const cached = { cache_control: { type: "ephemeral" } };

export const request = {
  model: "claude-of-tests",
  max_tokens: 1000,
  ...cached,
  output_config: { format: { type: "json_schema", schema } },
  system: [{ type: "text", text: instruction, ...cached }],
  tools: tools.map(({ name, description, schema }, i) => ({
    name,
    description,
    input_schema: schema,
    ...(i === tools.length - 1 ? cached : {}),
  })),
  messages: [
    { role: "user", content: [{ type: "text", text: texts.task }] },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Two files…", signature: "c2lnbmVk" },
        { type: "redacted_thinking", data: "aGlkZGVu" },
        { type: "text", text: texts.plan },
        { type: "tool_use", id: "toolu_1", name: "read_file", input: { path: "x\ny" } },
        { type: "tool_use", id: "toolu_2", name: "list", input: {} },
      ],
    },
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: "toolu_1", content: [{ type: "text", text: texts.found }] },
        {
          type: "tool_result",
          tool_use_id: "toolu_2",
          is_error: true,
          content: [{ type: "text", text: texts.missing }],
        },
        { type: "text", text: texts.more },
      ],
    },
    { role: "assistant", content: [{ type: "text", text: texts.answer }] },
    {
      role: "user",
      content: [
        { type: "image", source: { type: "base64", media_type: "image/png", data: png } },
        { type: "image", source: { type: "url", url: "https://pictures.example/a.jpg" } },
        { type: "text", text: texts.next },
      ],
    },
  ],
};

export { createServer } from "node:http";

const client = (url) => new Anthropic({ apiKey: "key", baseURL: url, maxRetries: 0 });

export const whole = (url) => client(url).messages.create(request);
export const streamed = (url) => client(url).messages.create({ ...request, stream: true });
