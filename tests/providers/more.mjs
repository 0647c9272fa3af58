// What the clients of Google, Cohere and OpenAI send for the conversation that tests/native/codec_talk.hpp has too, by the
// name of the recording.
import { createServer } from "node:http";
import { once } from "node:events";

import { GoogleGenAI } from "@google/genai";
import { CohereClientV2 } from "cohere-ai";
import OpenAI, { AzureOpenAI } from "openai";

const picture = "iVBORw0KGgo=";
const inPicture = `data:image/png;base64,${picture}`;
const elsewhere = "https://example.org/cat.jpg";
const schema = { type: "object", properties: { what: { type: "string" } }, required: ["what"] };
const read = {
  name: "read",
  description: 'Reads a "file".',
  parameters: {
    $schema: "http://json-schema.org/draft-07/schema#",
    type: "object",
    properties: { path: { type: "string" } },
    required: ["path"],
    additionalProperties: false,
  },
};
const path = JSON.stringify({ path: "x\ny" });
const instruction = 'Be "kind".';

let heard;
const server = createServer(async (request, response) => {
  const pieces = await request.toArray();
  heard = {
    method: request.method,
    path: request.url,
    body: JSON.parse(Buffer.concat(pieces).toString()),
  };
  response.writeHead(400, { "content-type": "application/json" }).end('{"error":{"message":"heard"}}');
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const here = `http://127.0.0.1:${server.address().port}`;

export const recordings = {};

/** Every SDK fails at the answer; what it asked is what counts. */
async function record(name, ask) {
  heard = undefined;
  await ask().catch((error) => heard || Promise.reject(error));
  recordings[name] = heard;
}

const google = {
  model: "gemini-3-pro-preview",
  contents: [
    {
      role: "user",
      parts: [
        { text: "What is it?" },
        { inlineData: { mimeType: "image/png", data: picture } },
        { fileData: { mimeType: "image/jpeg", fileUri: elsewhere } },
      ],
    },
    {
      role: "model",
      parts: [
        { text: "Let me look." },
        { functionCall: { id: "a1", name: "read", args: { path: "x\ny" } }, thoughtSignature: "c2lnbmVk" },
        { functionCall: { name: "list", args: {} } },
      ],
    },
    {
      role: "user",
      parts: [
        { functionResponse: { id: "a1", name: "read", response: { output: "It's 7°." } } },
        { functionResponse: { name: "list", response: { error: "No such folder." } } },
      ],
    },
    { role: "model", parts: [{ text: "A cat: é😀" }] },
    { role: "user", parts: [{ text: "Thanks." }] },
  ],
  config: {
    systemInstruction: { parts: [{ text: instruction }] },
    tools: [
      {
        functionDeclarations: [
          { name: read.name, description: read.description, parametersJsonSchema: read.parameters },
        ],
      },
    ],
    maxOutputTokens: 512,
    responseMimeType: "application/json",
    responseJsonSchema: schema,
  },
};
const httpOptions = { baseUrl: here, retryOptions: { attempts: 1 } };
const gemini = new GoogleGenAI({ apiKey: "k", vertexai: false, httpOptions });
await record("google", async () => {
  for await (const _ of await gemini.models.generateContentStream(google));
});
await record("google-whole", () => gemini.models.generateContent(google));
const vertex = new GoogleGenAI({
  apiKey: "k",
  vertexai: true,
  httpOptions: { ...httpOptions, apiVersion: "v1" },
});
await record("google-vertex", async () => {
  for await (const _ of await vertex.models.generateContentStream(google));
});

const calls = [
  { id: "a", type: "function", function: { name: "read", arguments: path } },
  { id: "b", type: "function", function: { name: "list", arguments: "{}" } },
];
const cohere = new CohereClientV2({ token: "k", environment: here, maxRetries: 0 });
const cohereRequest = {
  model: "command-a-03-2025",
  messages: [
    { role: "system", content: instruction },
    {
      role: "user",
      content: [
        { type: "text", text: "What is it?" },
        { type: "image_url", imageUrl: { url: inPicture } },
        { type: "image_url", imageUrl: { url: elsewhere } },
      ],
    },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Hm, a file." },
        { type: "text", text: "Let me look." },
      ],
      toolPlan: "I will read, then list.",
      toolCalls: calls,
    },
    { role: "tool", toolCallId: "a", content: "It's 7°." },
    { role: "tool", toolCallId: "b", content: "No such folder." },
    { role: "assistant", content: "A cat: é😀" },
    { role: "user", content: "Thanks." },
  ],
  maxTokens: 512,
};
const cohereTools = { tools: [{ type: "function", function: read }] };
await record("cohere", async () => {
  for await (const _ of await cohere.chatStream({ ...cohereRequest, ...cohereTools }));
});
await record("cohere-schema", () =>
  cohere.chat({ ...cohereRequest, responseFormat: { type: "json_object", jsonSchema: schema } }),
);

const chat = {
  model: "gpt-5.2",
  messages: [
    { role: "system", content: instruction },
    {
      role: "user",
      content: [
        { type: "text", text: "What is it?" },
        { type: "image_url", image_url: { url: inPicture } },
        { type: "image_url", image_url: { url: elsewhere } },
      ],
    },
    { role: "assistant", content: "Let me look.", tool_calls: calls },
    { role: "tool", tool_call_id: "a", content: "It's 7°." },
    { role: "tool", tool_call_id: "b", content: "No such folder." },
    { role: "assistant", content: "A cat: é😀" },
    { role: "user", content: "Thanks." },
  ],
  tools: [{ type: "function", function: read }],
  response_format: { type: "json_schema", json_schema: { name: "answer", schema, strict: true } },
  max_completion_tokens: 512,
  stream: true,
  stream_options: { include_usage: true },
};
const openai = new OpenAI({ apiKey: "k", baseURL: `${here}/v1`, maxRetries: 0 });
await record("openai-chat", () => openai.chat.completions.create(chat));
const azure = new AzureOpenAI({ apiKey: "k", endpoint: here, apiVersion: "2024-10-21", maxRetries: 0 });
await record("azure-chat", () => azure.chat.completions.create(chat));

await record("openai-responses", () =>
  openai.responses.create({
    model: "gpt-5.2",
    store: false,
    include: ["reasoning.encrypted_content"],
    instructions: instruction,
    input: [
      {
        type: "message",
        role: "user",
        content: [
          { type: "input_text", text: "What is it?" },
          { type: "input_image", detail: "auto", image_url: inPicture },
          { type: "input_image", detail: "auto", image_url: elsewhere },
        ],
      },
      { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" },
      { type: "message", role: "assistant", content: "Let me look.", phase: "commentary" },
      { type: "function_call", call_id: "a", name: "read", arguments: path },
      { type: "function_call", call_id: "b", name: "list", arguments: "{}" },
      { type: "function_call_output", call_id: "a", output: "It's 7°." },
      { type: "function_call_output", call_id: "b", output: "No such folder." },
      { type: "message", role: "assistant", content: "A cat: é😀" },
      { type: "message", role: "user", content: "Thanks." },
    ],
    tools: [{ type: "function", ...read, strict: false }],
    text: { format: { type: "json_schema", name: "answer", schema, strict: true } },
    max_output_tokens: 512,
    stream: true,
  }),
);
server.closeAllConnections();
server.close();
