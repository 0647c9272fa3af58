// The conversation as Amazon's own client sends it to Bedrock.
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";

import { instruction, png, schema, texts, tools } from "./conversation.mjs";

const point = { cachePoint: { type: "default" } };

const request = {
  modelId: "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  inferenceConfig: { maxTokens: 1000 },
  outputConfig: {
    textFormat: {
      type: "json_schema",
      structure: { jsonSchema: { schema: JSON.stringify(sorted(schema)) } },
    },
  },
  system: [{ text: instruction }, point],
  toolConfig: {
    tools: [
      ...tools.map(({ name, description, schema }) => ({
        toolSpec: { name, description, inputSchema: { json: schema } },
      })),
      point,
    ],
  },
  messages: [
    { role: "user", content: [{ text: texts.task }] },
    {
      role: "assistant",
      content: [
        { reasoningContent: { reasoningText: { text: "Two files…", signature: "c2lnbmVk" } } },
        { reasoningContent: { redactedContent: Buffer.from("aGlkZGVu", "base64") } },
        { text: texts.plan },
        { toolUse: { toolUseId: "toolu_1", name: "read_file", input: { path: "x\ny" } } },
        { toolUse: { toolUseId: "toolu_2", name: "list", input: {} } },
      ],
    },
    {
      role: "user",
      content: [
        { toolResult: { toolUseId: "toolu_1", content: [{ text: texts.found }], status: "success" } },
        { toolResult: { toolUseId: "toolu_2", content: [{ text: texts.missing }], status: "error" } },
        { text: texts.more },
      ],
    },
    { role: "assistant", content: [{ text: texts.answer }] },
    {
      role: "user",
      content: [
        { image: { format: "png", source: { bytes: Buffer.from(png, "base64") } } },
        { image: { format: "jpeg", source: { s3Location: { uri: "s3://pictures/a.jpg" } } } },
        { text: texts.next },
        point,
      ],
    },
  ],
};

/** Members by name, as the core writes JSON. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

/** Amazon's client speaks HTTP/2 alone. */
export { createServer } from "node:http2";

async function send(url, command) {
  const client = new BedrockRuntimeClient({
    region: "us-east-1",
    endpoint: url,
    token: { token: "key" },
    authSchemePreference: ["httpBearerAuth"],
    maxAttempts: 1,
  });
  return client.send(command).finally(() => client.destroy());
}

export const whole = (url) => send(url, new ConverseCommand(request));
export const streamed = (url) => send(url, new ConverseStreamCommand(request));
