// A reply of Converse as a binary event stream, written by Amazon's own encoder: with headers of every type, with blocks
// and events that nobody knows, and with the padding that Bedrock adds.
import { EventStreamCodec, Int64 } from "@smithy/core/event-streams";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);
const text = (value) => ({ type: "string", value });

const otherHeaders = {
  yes: { type: "boolean", value: true },
  no: { type: "boolean", value: false },
  byte: { type: "byte", value: -7 },
  short: { type: "short", value: -300 },
  integer: { type: "integer", value: 70_000 },
  long: { type: "long", value: Int64.fromNumber(-5_000_000_000) },
  binary: { type: "binary", value: new Uint8Array([0, 255, 13, 10]) },
  timestamp: { type: "timestamp", value: new Date(1_700_000_000_000) },
  uuid: { type: "uuid", value: "123e4567-e89b-12d3-a456-426614174000" },
};

function message(kind, type, body, headers = {}) {
  return Buffer.from(
    codec.encode({
      headers: {
        ...headers,
        [`:${kind === "exception" ? "exception" : "event"}-type`]: text(type),
        ":content-type": text("application/json"),
        ":message-type": text(kind),
      },
      body: Buffer.from(JSON.stringify(body)),
    }),
  );
}

const event = (type, body, headers) => message("event", type, { ...body, p: "abcdefgh" }, headers);
const delta = (contentBlockIndex, delta) => event("contentBlockDelta", { contentBlockIndex, delta });

const reply = [
  event("messageStart", { role: "assistant" }, otherHeaders),
  delta(0, { reasoningContent: { text: "Both " } }),
  delta(0, { reasoningContent: { text: "files." } }),
  delta(0, { reasoningContent: { signature: "c2lnbmVk" } }),
  event("contentBlockStop", { contentBlockIndex: 0 }),
  delta(1, { text: "Both at " }),
  delta(1, { text: "once: é🙂" }),
  event("contentBlockStop", { contentBlockIndex: 1 }),
  delta(2, { reasoningContent: { redactedContent: "aGlkZGVu" } }),
  event("contentBlockStart", { contentBlockIndex: 3, start: { toolUse: { toolUseId: "a", name: "read" } } }),
  delta(3, { toolUse: { input: '{"path":' } }),
  delta(3, { toolUse: { input: '"x\\ny"}' } }),
  event("contentBlockStart", { contentBlockIndex: 4, start: { toolUse: { toolUseId: "b", name: "list" } } }),
  delta(4, { toolUse: { input: "" } }),
  event("contentBlockStart", { contentBlockIndex: 5, start: { hologram: { format: "3d" } } }),
  delta(5, { hologram: { bytes: "AAAA" } }),
  event("weather", { sun: true }),
  event("messageStop", { stopReason: "tool_use" }),
  event("metadata", {
    usage: {
      inputTokens: 200,
      outputTokens: 80,
      totalTokens: 1290,
      cacheReadInputTokens: 1000,
      cacheWriteInputTokens: 10,
    },
    metrics: { latencyMs: 12 },
  }),
];

const cutShort = [
  event("messageStart", { role: "assistant" }),
  delta(0, { text: "Hal" }),
  message("exception", "throttlingException", { message: "Too many requests, please wait." }),
];

/** As a file holds them: each message as hexadecimal digits. */
const written = (messages) => messages.map((message) => message.toString("hex"));
export const streams = { reply: written(reply), throttled: written(cutShort) };
