// troupe as a server of MCP, used by the official clients of both generations, over stdio and HTTP.
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, describe, test } from "node:test";
import { join } from "node:path";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
} from "@modelcontextprotocol/client";
import { StdioClientTransport as ModernStdio } from "@modelcontextprotocol/client/stdio";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as LegacyStdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as LegacyHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { createTroupe, fileJournal, memoryJournal, tool } from "troupe";
import { mcpServer, serveHttp } from "troupe/serve";
import { temporaryFolder } from "./support/folder.mjs";
import { calls, says } from "./support/models.mjs";

const main = join(import.meta.dirname, "../../wasm/dist/cli/main.js");
const info = { name: "tester", version: "1" };

/** A model that drops a table first, and then says what the tool returned. */
function drops() {
  return async (request) => {
    const { messages } = request.json();
    const last = messages.at(-1);
    return last.role === "tool" ? says(`It says: ${last.content}`) : calls("drop", { table: "users" });
  };
}

const dropped = [];
const drop = tool({
  name: "drop",
  description: "Drops a table.",
  destructive: true,
  input: { type: "object", properties: { table: { type: "string" } } },
  run: ({ table }) => {
    dropped.push(table);
    return `dropped ${table}`;
  },
});

const look = tool({
  name: "look",
  description: "Looks.",
  readOnly: true,
  input: { type: "object", properties: { at: { type: "number" } } },
  run: ({ at }) => `seen ${at}`,
});

async function served(t, { call = drops(), run, ...options } = {}) {
  const journals = memoryJournal();
  const troupe = await createTroupe({
    providers: { fake: { call } },
    tools: [drop, look],
    journal: journals,
  });
  const http = await serveHttp(mcpServer({ troupe, journals, ...(run && { run }) }), options);
  t.after(async () => {
    await http.close();
    await troupe.dispose();
  });
  return { ...http, journals };
}

/** Connects a client of a generation; `elicit` answers what it is asked. */
const connect = {
  "2025-11-25": async (t, transport, elicit) => {
    const client = new LegacyClient(info, { capabilities: elicit ? { elicitation: {} } : {} });
    if (elicit) client.setRequestHandler(ElicitRequestSchema, ({ params }) => elicit(params));
    await client.connect(transport.legacy());
    t.after(() => client.close());
    return client;
  },
  "2026-07-28": async (t, transport, elicit) => {
    const client = new ModernClient(info, {
      capabilities: elicit ? { elicitation: { form: {} } } : {},
      versionNegotiation: { mode: "auto" },
    });
    if (elicit) client.setRequestHandler("elicitation/create", ({ params }) => elicit(params));
    await client.connect(transport.modern());
    assert.equal(client.getProtocolEra?.() ?? "modern", "modern");
    t.after(() => client.close());
    return client;
  },
};

const overHttp = (url, headers = {}) => ({
  legacy: () => new LegacyHttp(new URL(url), { requestInit: { headers } }),
  modern: () => new ModernHttp(new URL(url), { requestInit: { headers } }),
});

const overStdio = (cwd) => {
  const parameters = { command: process.execPath, args: [main, "serve", "--mcp"], cwd, stderr: "ignore" };
  return { legacy: () => new LegacyStdio(parameters), modern: () => new ModernStdio(parameters) };
};

const textOf = ({ content }) => content.map(({ text = "" }) => text).join("\n");

for (const version of Object.keys(connect)) {
  describe(`a client of ${version}`, () => {
    test("finds the tools, resources and prompts, and looks without doing anything", async (t) => {
      const { url } = await served(t);
      const client = await connect[version](t, overHttp(url));
      const { tools } = await client.listTools();
      assert.deepEqual(tools.map(({ name }) => name).sort(), [
        "analyze_task",
        "execute_task",
        "get_run",
        "list_runs",
        "recommend_servers",
        "resume_run",
      ]);
      const task = "Delete the old logs and tell the team";
      const { structuredContent } = await client.callTool({ name: "analyze_task", arguments: { task } });
      assert.equal(structuredContent.analysis.risk.includes("destructive"), true);
      const { prompts } = await client.listPrompts();
      assert.deepEqual(prompts.map(({ name }) => name).sort(), ["delegate", "review_run"]);
      const prompt = await client.getPrompt({ name: "delegate", arguments: { task } });
      assert.match(prompt.messages[0].content.text, /execute_task.*\n\nDelete the old logs/s);
      const empty = await client.callTool({ name: "execute_task", arguments: { task: " " } });
      assert.equal(empty.isError, true);
      assert.match(textOf(empty), /The task is empty/);
    });

    test("is asked before a table is dropped, hears how far it is, and finds the run afterwards", async (t) => {
      const { url } = await served(t);
      const asked = [];
      const client = await connect[version](t, overHttp(url), (params) => {
        asked.push(params.message);
        return { action: "accept", content: { approve: true } };
      });
      const heard = [];
      dropped.length = 0;
      const result = await client.callTool(
        { name: "execute_task", arguments: { task: "Drop the table users." } },
        ...(version === "2025-11-25" ? [undefined] : []),
        { onprogress: ({ message }) => heard.push(message) },
      );
      assert.equal(textOf(result), "It says: dropped users");
      assert.equal(asked.length, 1);
      assert.match(asked[0], /"table": "users"/);
      assert.deepEqual(dropped, ["users"]);
      assert.ok(heard.includes("called drop"), heard.join(", "));
      const { structuredContent } = await client.callTool({ name: "list_runs", arguments: {} });
      assert.equal(structuredContent.runs[0].state, "done");
      const { run } = result.structuredContent;
      const shown = await client.callTool({ name: "get_run", arguments: { run } });
      assert.equal(shown.structuredContent.verified.ok, true);
      const { resources } = await client.listResources();
      assert.equal(resources[0].uri, `troupe://runs/${run}`);
      const { contents } = await client.readResource({ uri: resources[0].uri });
      assert.match(contents[0].text, /"journal":"troupe"/);
      const { completion } = await client.complete({
        ref: { type: "ref/resource", uri: "troupe://runs/{run}" },
        argument: { name: "run", value: run.slice(0, 4) },
      });
      assert.deepEqual(completion.values, [run]);
    });

    test("who declines is obeyed", async (t) => {
      const { url } = await served(t);
      const client = await connect[version](t, overHttp(url), () => ({ action: "decline" }));
      dropped.length = 0;
      const result = await client.callTool({ name: "execute_task", arguments: { task: "Drop it." } });
      assert.match(textOf(result), /denied by a person/);
      assert.deepEqual(dropped, []);
    });

    test("a client that cannot ask gets the questions, and goes on with the answers", async (t) => {
      const { url } = await served(t);
      const client = await connect[version](t, overHttp(url));
      const paused = await client.callTool({ name: "execute_task", arguments: { task: "Drop it." } });
      assert.match(textOf(paused), /waits for answers.*resume_run/s);
      const { run, questions } = paused.structuredContent;
      const answers = { [questions[0].step]: { action: "accept", content: { approve: true } } };
      const result = await client.callTool({ name: "resume_run", arguments: { run, answers } });
      assert.equal(textOf(result), "It says: dropped users");
    });

    test("where the client can ask its person, what its model answers counts for nothing", async (t) => {
      const { url, journals } = await served(t);
      let asked = 0;
      const client = await connect[version](t, overHttp(url), () => {
        asked++;
        return { action: "cancel" };
      });
      dropped.length = 0;
      const ask = (name, args) => client.callTool({ name, arguments: args }).catch(() => undefined);
      await ask("execute_task", { task: "Drop it." });
      const [run] = await journals.list();
      const before = asked;
      const yes = { action: "accept", content: { approve: true } };
      const steps = ["0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0"];
      const answers = Object.fromEntries(steps.map((step) => [step, yes]));
      await ask("resume_run", { run, answers });
      assert.deepEqual(dropped, []);
      assert.ok(asked > before);
    });

    test("a client's budget lowers that of who serves, and never raises it", async (t) => {
      let turn = 0;
      const call = async () => calls("look", { at: ++turn });
      const { url } = await served(t, { call, run: { budget: { calls: 5 }, pattern: "direct" } });
      const client = await connect[version](t, overHttp(url));
      const spent = async (budget) => {
        const task = "Look around for ever.";
        const result = await client.callTool({ name: "execute_task", arguments: { task, budget } });
        const { limit, allowed } = result.structuredContent.questions[0];
        return [limit, allowed];
      };
      assert.deepEqual(await spent({ calls: 100_000 }), ["calls", 5]);
      assert.deepEqual(await spent({ tokens: 1_000_000 }), ["calls", 5]);
      assert.deepEqual(await spent({ calls: 3 }), ["calls", 3]);
    });

    test("leaving cancels the run", async (t) => {
      let cancelled;
      const hanging = new Promise((resolve) => (cancelled = resolve));
      const { url } = await served(t, {
        call: ({ signal }) =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(cancelled()))),
      });
      const client = await connect[version](t, overHttp(url));
      const left = new AbortController();
      const call = client.callTool(
        { name: "execute_task", arguments: { task: "Wait." } },
        ...(version === "2025-11-25" ? [undefined] : []),
        { signal: left.signal },
      );
      setTimeout(() => left.abort(), 200);
      await assert.rejects(call);
      await hanging;
    });

    test("the command line serves over stdio what it serves over HTTP", async (t) => {
      const client = await connect[version](t, overStdio(await temporaryFolder(t)));
      const result = await client.callTool({ name: "execute_task", arguments: { task: "What is 17 * 3?" } });
      assert.match(textOf(result), /offline model/);
      const { structuredContent } = await client.callTool({ name: "list_runs", arguments: {} });
      assert.equal(structuredContent.runs.length, 1);
    });
  });
}

test("strangers' host names, strangers' pages and wrong tokens are turned away with a sentence", async (t) => {
  const { url } = await served(t, { token: "secret" });
  const ask = (headers) =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
      });
      sent.on("response", async (response) =>
        resolve([response.statusCode, (await response.toArray()).join("")]),
      );
      sent.on("error", reject).end("{}");
    });
  assert.deepEqual(
    (
      await Promise.all([ask({ host: "evil.example" }), ask({ origin: "https://evil.example" }), ask({})])
    ).map(([status]) => status),
    [403, 403, 401],
  );
  assert.match((await ask({ authorization: "Bearer wrong!" }))[1], /wants its token/);
  const client = await connect["2026-07-28"](t, overHttp(url, { authorization: "Bearer secret" }));
  assert.equal((await client.listTools()).tools.length, 6);
});

test("a state that its client made up is refused", async (t) => {
  const { url } = await served(t);
  const body = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: {
      name: "execute_task",
      arguments: { task: "Go on." },
      requestState: "v1.e30.e30",
      inputResponses: {},
      _meta: {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": info,
      },
    },
  };
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "execute_task",
    },
    body: JSON.stringify(body),
  });
  assert.equal((await response.json()).error.code, -32602);
});

test("our own client and our own server understand one another, also where they ask", async (t) => {
  const { url } = await served(t);
  for (const era of ["modern", "legacy"]) {
    const troupe = await createTroupe({ servers: { other: { url, era } } });
    after(() => troupe.dispose());
    const elicit = () => ({ action: "accept", content: { approve: true } });
    const result = await troupe.server("other").call("execute_task", { task: "Drop it." }, { elicit });
    assert.equal(textOf(result), "It says: dropped users");
  }
});
