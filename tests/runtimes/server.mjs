// An MCP server as a process that is hard to end: it hears a closed stdin and SIGTERM, notes both, and stays.
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const note = (text) => appendFileSync(process.env.NOTES, `${text}\n`);
const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const results = {
  initialize: () => ({
    protocolVersion: "2025-11-25",
    capabilities: { tools: {} },
    serverInfo: { name: "stubborn", version: "1" },
  }),
  "tools/list": () => ({ tools: [{ name: "pid", inputSchema: { type: "object" } }] }),
  "tools/call": ({ arguments: { die } }) => {
    if (die) process.exit(3);
    return { content: [{ type: "text", text: String(process.pid) }] };
  },
};

process.on("SIGTERM", () => note("SIGTERM"));
process.stderr.write("ready to serve\n");
setInterval(() => undefined, 1000);
const lines = createInterface({ input: process.stdin });
lines.on("close", () => note("stdin closed"));
lines.on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = results[method]?.(params);
  say(result ? { id, result } : { id, error: { code: -32601, message: "There is no such method." } });
});
