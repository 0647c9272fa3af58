// The official filesystem server, with every tool call that reaches it written down.
// Usage: recorded-server.mjs CALLS_FILE FOLDER [MS]: answers are held back for MS, so that a client can die meanwhile.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const [calls, folder, ms = "0"] = process.argv.slice(2);
const program = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/server-filesystem/dist/index.js",
);
const server = spawn(process.execPath, [program, folder], { stdio: ["pipe", "pipe", "ignore"] });

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { method, params } = JSON.parse(line);
    if (method === "tools/call")
      appendFileSync(calls, `${params.name} ${JSON.stringify(params.arguments)}\n`);
    server.stdin.write(`${line}\n`);
  })
  .on("close", () => server.kill());
createInterface({ input: server.stdout }).on("line", async (line) => {
  await sleep(Number(ms));
  process.stdout.write(`${line}\n`);
});
