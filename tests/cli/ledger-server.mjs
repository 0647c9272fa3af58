// An MCP server over stdio whose tools have effects that can be counted: `append_line` writes a line into a file and
// answers after a while, so that a test can kill its client in between. Usage: ledger-server.mjs FILE [WORDS]: what `read_ledger` says of itself.
import { appendFileSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const [file, words = "Reads the ledger."] = process.argv.slice(2);
const text = { type: "string" };
const tools = [
  {
    name: "append_line",
    description: "Appends a line to the ledger.",
    inputSchema: {
      type: "object",
      properties: { line: text, wait_ms: { type: "integer" } },
      required: ["line"],
    },
  },
  {
    name: "read_ledger",
    description: words,
    inputSchema: { type: "object", properties: {} },
    annotations: { readOnlyHint: true },
  },
];

async function call({ name, arguments: { line, wait_ms = 0 } = {} }) {
  if (name === "read_ledger") return readFileSync(file, "utf8");
  appendFileSync(file, `${line}\n`);
  await sleep(wait_ms);
  return `Appended ${line}`;
}

const handlers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: "ledger", version: "1" },
  }),
  "tools/list": () => ({ tools }),
  "tools/call": async (params) => ({ content: [{ type: "text", text: await call(params) }] }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const send = (answer) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, ...answer })}\n`);
  const handler = handlers[method];
  if (!handler) send({ error: { code: -32601, message: `Method not found: ${method}` } });
  else Promise.resolve(handler(params)).then((result) => send({ result }));
}
