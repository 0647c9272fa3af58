// Clients of MCP in one process: `node rivals/mcp.mjs RIVAL`. Prints one line of JSON: CPU µs for a call in memory, for
// connecting, for a list of 2,000 tools, for a call over streamable HTTP to its own server in this process, and for one
// whose server answers at once.
import { setImmediate as tick } from "node:timers/promises";

const TOOLS = 2000;
const info = { name: "bench", version: "1" };
const schema = {
  type: "object",
  properties: { a: { type: "number" }, b: { type: "number" } },
  required: ["a", "b"],
};
const toolNames = Array.from({ length: TOOLS }, (_, i) => `tool_${i}`);

const ADDRESS = "http://bench.example/mcp";
const decoder = new TextDecoder();

/** What an HTTP server would answer, without one, and cheaply: only the client's work is measured. */
async function answerAtOnce(_url, init) {
  if (init?.method === "GET") return new Response(null, { status: 405 });
  const { id, method, params } = JSON.parse(
    typeof init.body === "string" ? init.body : decoder.decode(init.body),
  );
  if (id === undefined) return new Response(null, { status: 202 });
  const modern = params?._meta?.["io.modelcontextprotocol/protocolVersion"] !== undefined;
  const complete = modern ? { resultType: "complete", ttlMs: 60_000, cacheScope: "private" } : {};
  const capabilities = { tools: {} };
  const result =
    method === "initialize"
      ? { protocolVersion: "2025-11-25", capabilities, serverInfo: info }
      : method === "server/discover"
        ? { ...complete, supportedVersions: ["2026-07-28"], capabilities }
        : method === "tools/list"
          ? { ...complete, tools: [{ name: "add", inputSchema: schema }] }
          : {
              ...complete,
              content: [{ type: "text", text: String(params.arguments.a + params.arguments.b) }],
            };
  const headers = { "content-type": "application/json" };
  return new Response(JSON.stringify({ jsonrpc: "2.0", id, result }), { headers });
}

/** By texts of JSON-RPC through the engine, as runs and servers behind ports are spoken with. */
const throughEngine = (server) => ({ open: (send) => server.open(send) });

/** `as` is how the server in this process is given. */
async function ours(as) {
  const { createTroupe } = await import("troupe");
  const { createServer } = await import("troupe/server");
  const serve = (names) =>
    createServer({
      tools: names.map((name) => ({
        name,
        description: "Adds.",
        input: schema,
        run: ({ a, b }) => String(a + b),
      })),
    });
  return {
    async memory(names = ["add"]) {
      const troupe = await createTroupe({ servers: { s: as(serve(names)) } });
      const server = troupe.server("s");
      return {
        call: (args) => server.call("add", args),
        list: () => server.tools(),
        close: () => troupe.dispose(),
      };
    },
    /** One engine has many servers; what is measured is connecting one more, which only the engine does. */
    async connecting(count) {
      const servers = Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`s${i}`, throughEngine(serve(["add"]))]),
      );
      const troupe = await createTroupe({ servers });
      let next = 0;
      return { connect: () => troupe.server(`s${next++}`).about(), close: () => troupe.dispose() };
    },
    async http(fetch = answerAtOnce) {
      const servers = { s: { url: ADDRESS, era: "modern" } };
      const troupe = await createTroupe({ servers, fetch });
      const server = troupe.server("s");
      return { call: (args) => server.call("add", args), close: () => troupe.dispose() };
    },
    served() {
      const server = serve(["add"]);
      return (request) => server.fetch(request);
    },
  };
}

const rivals = {
  troupe: () => ours((server) => server),
  troupe_engine: () => ours(throughEngine),

  async sdk_v2() {
    const { Client, InMemoryTransport, StreamableHTTPClientTransport } =
      await import("@modelcontextprotocol/client");
    const { McpServer, createMcpHandler, fromJsonSchema } = await import("@modelcontextprotocol/server");
    const inputSchema = fromJsonSchema(schema);
    return sdk(
      () => new Client(info, { versionNegotiation: { mode: "auto" } }),
      () => new McpServer(info),
      InMemoryTransport,
      (server, name) =>
        server.registerTool(name, { description: "Adds.", inputSchema }, ({ a, b }) => ({
          content: [{ type: "text", text: String(a + b) }],
        })),
      (fetch) => new StreamableHTTPClientTransport(new URL(ADDRESS), { fetch }),
      (made) => {
        const handler = createMcpHandler(made);
        return (request) => handler.fetch(request);
      },
    );
  },

  async sdk_v1() {
    const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
    const { StreamableHTTPClientTransport } =
      await import("@modelcontextprotocol/sdk/client/streamableHttp.js");
    const { InMemoryTransport } = await import("@modelcontextprotocol/sdk/inMemory.js");
    const { McpServer } = await import("@modelcontextprotocol/sdk/server/mcp.js");
    const { WebStandardStreamableHTTPServerTransport } =
      await import("@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js");
    const { z } = await import("zod");
    const inputSchema = { a: z.number(), b: z.number() };
    return sdk(
      () => new Client(info),
      () => new McpServer(info),
      InMemoryTransport,
      (server, name) =>
        server.registerTool(name, { description: "Adds.", inputSchema }, ({ a, b }) => ({
          content: [{ type: "text", text: String(a + b) }],
        })),
      (fetch) => new StreamableHTTPClientTransport(new URL(ADDRESS), { fetch }),
      // Without sessions each request has a server and a transport of its own, as its documentation has it.
      (made) => async (request) => {
        const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
        await made().connect(transport);
        return transport.handleRequest(request);
      },
    );
  },
};

function sdk(makeClient, makeServer, InMemoryTransport, register, overHttp, handle) {
  const using = (client) => ({
    call: (args) => client.callTool({ name: "add", arguments: args }),
    list: () => client.listTools(),
    close: () => client.close(),
  });
  const linked = async (server) => {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const client = makeClient();
    await server.connect(theirs);
    await client.connect(ours);
    return client;
  };
  const served = (names) => {
    const server = makeServer();
    for (const name of names) register(server, name);
    return server;
  };
  return {
    memory: async (names = ["add"]) => using(await linked(served(names))),
    async connecting(count) {
      const servers = Array.from({ length: count }, () => served(["add"]));
      return { connect: () => linked(servers.pop()), close: async () => undefined };
    },
    async http(fetch = answerAtOnce) {
      const client = makeClient();
      await client.connect(overHttp(fetch));
      return using(client);
    },
    served: () => handle(() => served(["add"])),
  };
}

const micros = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** CPU µs of one `work`, after a time for the compilers. */
async function each(work, count, warm = count) {
  for (let i = 0; i < warm; i++) await work();
  await tick();
  const before = micros();
  for (let i = 0; i < count; i++) await work();
  return (micros() - before) / count;
}

const { memory, connecting, http, served } = await rivals[process.argv[2]]();
const args = { a: 17, b: 25 };

const near = await memory();
const { content } = await near.call(args);
if (content[0].text !== "42") throw new Error("The tool cannot add.");
const call = await each(() => near.call(args), 5000);
await near.close();

const warm = 100;
const measured = 300;
const connection = await connecting(warm + measured);
const connect = await each(connection.connect, measured, warm);
await connection.close();

const many = await memory(toolNames);
const list = await each(many.list, 20, 10);
await many.close();

const far = await http();
const call_http = await each(() => far.call(args), 3000);
await far.close();

const handle = served();
// Without signals: listeners would pile up on that of a client that has one for all its requests.
const whole = await http((url, { method, headers, body }) =>
  handle(new Request(url, { method, headers, body })),
);
const answer = await whole.call(args);
if (answer.content[0].text !== "42") throw new Error("The tool cannot add over HTTP.");
const call_whole = await each(() => whole.call(args), 2000);
await whole.close();

console.log(JSON.stringify({ call, connect, list, call_whole, call_http }));
process.exit(0);
