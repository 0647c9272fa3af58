// A server that nobody here wrote, and that speaks 2026-07-28 as well as what was before: over stdio and over HTTP, beside
// runs and in one.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createTroupe } from "troupe";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const node = path("../conformance/node_modules/node/bin/node");
const program = path("node_modules/@bytebase/dbhub/dist/index.js");
const local = { command: node, args: [program, "--transport", "stdio", "--demo"] };

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** dbhub over HTTP; it says on which address it listens once it does. */
async function served() {
  const port = await freePort();
  const process = spawn(node, [program, "--transport", "http", "--port", String(port), "--demo"]);
  let said = "";
  await new Promise((resolve, reject) => {
    for (const stream of [process.stdout, process.stderr])
      stream.on("data", (text) => (said += text).includes("MCP server endpoint") && resolve());
    process.once("exit", () => reject(new Error(`dbhub ended: ${said}`)));
  });
  return { url: `http://localhost:${port}/mcp`, close: () => process.kill() };
}

let remote;
before(async () => (remote = await served()));
after(() => remote.close());

const servers = {
  "over stdio": () => ["2026-07-28", local],
  "over HTTP": () => ["2026-07-28", { url: remote.url }],
  "over HTTP, as it was before": () => ["2025-11-25", { url: remote.url, era: "legacy" }],
};

for (const [how, given] of Object.entries(servers)) {
  describe(`dbhub ${how}`, () => {
    let troupe, version, turn;
    before(async () => {
      const [expected, server] = given();
      version = expected;
      troupe = await createTroupe({
        servers: { db: server },
        providers: { fake: { call: (request) => turn(request.json().messages) } },
      });
    });
    after(() => troupe.dispose());

    const query = (sql) => troupe.server("db").call("execute_sql", { sql });

    test("says which generation it speaks, and has its tools", async () => {
      const { supportedVersions, protocolVersion } = await troupe.server("db").about();
      assert.ok([...(supportedVersions ?? []), protocolVersion].includes(version));
      const names = (await troupe.server("db").tools()).map(({ name }) => name);
      assert.deepEqual(names, ["execute_sql", "search_objects"]);
    });

    test("answers a query, and says what is wrong with another one", async () => {
      const { content, isError = false } = await query("SELECT count(*) AS n FROM employee");
      assert.equal(isError, false);
      assert.equal(JSON.parse(content[0].text).data.statements[0].rows[0].n, 1000);
      const wrong = await query("SELECT * FROM nowhere");
      assert.equal(wrong.isError, true);
      assert.match(wrong.content[0].text, /no such table: nowhere/);
    });

    test("is asked in a run, whose replay needs it no more", async () => {
      turn = (messages) =>
        messages.at(-1).role === "tool"
          ? { text: messages.at(-1).content }
          : {
              toolCalls: [
                { name: "execute_sql", arguments: { sql: "SELECT min(emp_no) AS first FROM employee" } },
              ],
            };
      const run = troupe.run("What is the lowest number of an employee?", { approvals: "allow" });
      const { answer, hash } = await run;
      assert.match(answer, /"first": 10001/);
      const elsewhere = await createTroupe();
      assert.equal((await elsewhere.replay(run.journal())).hash, hash);
      await elsewhere.dispose();
    });
  });
}
