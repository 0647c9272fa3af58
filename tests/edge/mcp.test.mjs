// The worker as a server of MCP, used by the official client from outside and by our own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createTroupe } from "troupe";
import { openAi } from "../standin/openai.mjs";
import { workerd } from "../standin/workerd.mjs";

const dist = fileURLToPath(new URL("../../edge/dist", import.meta.url));
let model, worker, reply;

before(async () => {
  model = await openAi((body, turn) => reply(body, turn));
  worker = await workerd(dist, { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "k", OPENAI_MODEL: "m" });
});
after(() => Promise.all([worker?.close(), model?.close()]));

const textOf = ({ content }) => content.map(({ text = "" }) => text).join("\n");

test("an official client lists its tools, runs a task and finds its journal", async (t) => {
  reply = () => ({ text: "A short answer." });
  const client = new Client({ name: "tester", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StreamableHTTPClientTransport(new URL("mcp", worker.url)));
  t.after(() => client.close());
  const { tools } = await client.listTools();
  assert.ok(tools.some(({ name }) => name === "execute_task"));
  const result = await client.callTool({ name: "execute_task", arguments: { task: "Say something." } });
  assert.equal(textOf(result), "A short answer.");
  const { run } = result.structuredContent;
  const { contents } = await client.readResource({ uri: `troupe://runs/${run}` });
  assert.match(contents[0].text, /"journal":"troupe"/);
});

test("our own client in Node uses the engine in the worker, in both generations", async (t) => {
  reply = () => ({ text: "From the worker." });
  for (const era of ["modern", "legacy"]) {
    const url = new URL("mcp", worker.url).href;
    const troupe = await createTroupe({ servers: { edge: { url, era } } });
    t.after(() => troupe.dispose());
    const result = await troupe.server("edge").call("execute_task", { task: "Say something." });
    assert.equal(textOf(result), "From the worker.");
  }
});
