// Configuration: what is read, what it becomes, and the sentences when something is wrong.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { readServers, words } from "../../wasm/dist/cli/config/adhoc.js";
import { parseLeniently } from "../../wasm/dist/cli/config/lenient-json.js";
import { readMcpJson } from "../../wasm/dist/cli/config/mcp-json.js";
import { openAi } from "../standin/openai.mjs";
import { folder, ledgerServer, troupe } from "./program.mjs";

const read = (file, env = {}) => readMcpJson(JSON.stringify(file), "/home/me/.mcp.json", env);

let model;
before(async () => (model = await openAi(() => ({ text: "Hello." }))));
after(() => model.close());

test("servers stand under mcpServers, servers, mcp or mcp.servers", () => {
  const servers = { a: { command: "x" } };
  for (const file of [{ mcpServers: servers }, { servers }, { mcp: servers }, { mcp: { servers } }]) {
    assert.equal(read(file).servers.a.command, "x", JSON.stringify(file));
  }
  assert.match(read({ other: {} }).problems[0].sentence, /\.mcp\.json has no "mcpServers"/);
});

test("a remote server is known by its type or its url, in all spellings", () => {
  const url = "https://example.com/mcp";
  for (const type of ["http", "streamable-http", "streamableHttp", "sse", undefined]) {
    assert.equal(read({ mcpServers: { a: { type, url } } }).servers.a.url, url, type);
  }
});

test("a local server starts where the file lies, and its command may be a list", () => {
  const { servers } = read({
    mcpServers: {
      a: { type: "stdio", command: "npx", args: ["-y", "pkg"], env: { N: 1 } },
      b: { command: ["node", "s.js"], cwd: "sub" },
      off: { command: "x", disabled: true },
    },
  });
  assert.deepEqual(servers.a, { command: "npx", args: ["-y", "pkg"], cwd: "/home/me", env: { N: "1" } });
  assert.deepEqual(servers.b, { command: "node", args: ["s.js"], cwd: "/home/me/sub" });
  assert.equal(servers.off, undefined);
});

test("variables are expanded; a missing one keeps only its server from being used", () => {
  const { servers, problems } = read(
    {
      mcpServers: {
        a: {
          url: "https://${HOST:-example.com}/mcp",
          headers: { Authorization: "Bearer ${TOKEN}", "X-A": "${env:TOKEN}" },
        },
        b: { command: "x", env: { KEY: "${NOT_SET}" } },
        c: { command: "x", args: ["${input:key}"] },
        d: { command: "${workspaceFolder}/x" },
      },
    },
    { TOKEN: "t", HOST: "" },
  );
  assert.deepEqual(servers.a, {
    url: "https://example.com/mcp",
    headers: { Authorization: "Bearer t", "X-A": "t" },
  });
  assert.equal(servers.d.command, "/home/me/x");
  assert.deepEqual(Object.keys(servers), ["a", "d"]);
  assert.deepEqual(
    problems.map(({ of }) => of),
    ["b", "c"],
  );
  assert.match(
    problems[0].sentence,
    /mcpServers\.b\.env\.KEY names \$\{NOT_SET\}, and NOT_SET is not set\. Set it, or write/,
  );
  assert.match(problems[1].sentence, /which only an editor can fill in/);
});

test("what is wrong is said with file and key, and the other servers are used", () => {
  const { servers, problems } = read({
    mcpServers: {
      a: {},
      b: { url: "ftp://x" },
      c: { type: "pigeon" },
      d: { command: "x", args: "y" },
      e: "z",
      good: { command: "x" },
    },
  });
  assert.deepEqual(Object.keys(servers), ["good"]);
  const sentences = problems.map(({ sentence }) => sentence.replace("/home/me/.mcp.json: ", ""));
  assert.match(sentences[0], /mcpServers\.a needs a "command" .* or a "url"/);
  assert.match(sentences[1], /mcpServers\.b needs a "url" that begins with http/);
  assert.match(sentences[2], /mcpServers\.c has the type "pigeon"; "http" and "stdio" are known/);
  assert.match(sentences[3], /mcpServers\.d\.args must be a list/);
  assert.match(sentences[4], /mcpServers\.e must be an object/);
});

test("JSON may have comments and trailing commas; what is really wrong has its place", () => {
  const text = `{ // a comment with "quotes"\n  "a": "http://x", /* more */\n  "b": [1, 2,],\n}`;
  assert.deepEqual(parseLeniently(text, "f"), { a: "http://x", b: [1, 2] });
  assert.throws(
    () => parseLeniently('{\n  "a" 1\n}', "f.json"),
    /f\.json is not JSON: .* at line 2, column 7/,
  );
  assert.throws(() => parseLeniently('{ "a": ', "f.json"), /f\.json is not JSON/);
});

test("servers on the command line are chosen or given", () => {
  assert.deepEqual(words(`npx -y "a b" 'c d' e="f g"`), ["npx", "-y", "a b", "c d", "e=f g"]);
  const named = readServers(
    ["files", "mine=node s.js --x", "https://example.com/mcp"],
    ["npx", "-y", "@scope/server-time@1.2.3"],
  );
  assert.deepEqual(named.chosen, ["files"]);
  assert.deepEqual(Object.keys(named.given), ["mine", "example_com", "time"]);
  assert.deepEqual(named.given.mine.args, ["s.js", "--x"]);
  assert.deepEqual(Object.keys(readServers([], ["node", "/a/server-files/dist/index.js"]).given), ["files"]);
});

const config = (provider) => `{
  providers: { mine: { url: "${model.url}", model: "m1", apiKey: "${provider}" } },
  run: { instruction: "Be brief." },
}`;

for (const [name, text] of [
  ["troupe.config.js", () => `export default ${config("js")}`],
  ["troupe.config.mjs", () => `export default async () => (${config("mjs")})`],
  [
    "troupe.config.ts",
    () =>
      `import { defineConfig } from "troupe/config";\nconst c: object = ${config("ts")};\nexport default defineConfig(c);`,
  ],
  [
    "troupe.config.json",
    () => `{ "providers": { "mine": { "url": "${model.url}", "model": "m1", "apiKey": "\${KEY}" } } }`,
  ],
]) {
  test(`${name} is found in a folder above`, async () => {
    const cwd = folder({ [name]: text(), "sub/x.txt": "", "package.json": { type: "module" } });
    const { code, stdout, stderr } = await troupe(join(cwd, "sub"), ["run", "Hi"], { env: { KEY: "json" } });
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "Hello.\n");
    assert.match(stderr, /model mine:m1/);
    assert.equal(model.requests.at(-1).headers.authorization, `Bearer ${name.split(".").at(-1)}`);
    assert.match(stderr, /journal .*runs/);
  });
}

test("tools of troupe.config.ts are used, and its model and options", async () => {
  const cwd = folder({
    "package.json": { type: "module" },
    "troupe.config.ts": `import { tool } from "troupe";
      interface Name { name: string }
      export default {
        tools: [tool<Name>({
          name: "greet", description: "Greets a person by name.", readOnly: true,
          input: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
          run: ({ name }) => "Good day, " + name,
        })],
        journal: "kept",
      };`,
  });
  const { code, stdout, stderr } = await troupe(cwd, ["run", 'Greet "Ada"']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Good day, Ada/);
  assert.match(stderr, /journal kept\//);
  assert.match((await troupe(cwd, ["list"])).stdout, /done/);
});

test("a configuration that is wrong ends the command with 2 and a sentence", async () => {
  for (const [name, text, sentence] of [
    [
      "troupe.config.json",
      '{ "serverz": {} }',
      /has the setting "serverz", which does not exist\. There are: providers, /,
    ],
    ["troupe.config.json", '{ "servers": [] }', /"servers" must be an object/],
    ["troupe.config.json", "{ servers: }", /is not JSON/],
    [
      "troupe.config.json",
      '{ "providers": { "a": { "url": "${NOWHERE}" } } }',
      /names \$\{NOWHERE\}, and NOWHERE is not set/,
    ],
    ["troupe.config.json", '{ "providers": { "a": { "type": "telepathy" } } }', /"telepathy"/],
    ["troupe.config.mjs", "export default 7", /must export an object/],
    ["troupe.config.mjs", "export default {", /could not be read: /],
    ["troupe.config.ts", "throw new Error('no luck')", /could not be read: no luck/],
  ]) {
    const { code, stderr } = await troupe(folder({ [name]: text }), ["run", "Hi"]);
    assert.equal(code, 2, `${text}: ${stderr}`);
    assert.match(stderr, sentence);
  }
});

test("servers of .mcp.json are used; one that is wrong is told of; --server restricts", async () => {
  const cwd = folder({ "ledger.txt": "one\n" });
  const servers = { ledger: { command: process.execPath, args: [ledgerServer, "ledger.txt"] }, bad: {} };
  writeFileSync(join(cwd, ".mcp.json"), JSON.stringify({ mcpServers: servers }));
  const all = await troupe(cwd, ["run", "Read the ledger"]);
  assert.match(all.stderr, /mcpServers\.bad needs a "command"/);
  assert.match(all.stderr, /2 tools of ledger/);
  assert.match(all.stdout, /one/);
  const bad = await troupe(cwd, ["run", "Read the ledger", "--server", "bad"]);
  assert.equal(bad.code, 3);
  assert.match(bad.stderr, /mcpServers\.bad needs a "command"/);
  const only = await troupe(cwd, ["run", "Read the ledger", "--server", "ledger", "--tool", "read_ledger"]);
  assert.match(only.stderr, /servers ledger/);
});

test("doctor tells what works and what to do about the rest", async () => {
  const good = folder({ "ledger.txt": "" });
  const env = { OPENAI_BASE_URL: model.url };
  const fine = await troupe(
    good,
    ["doctor", "--", process.execPath, ledgerServer, join(good, "ledger.txt")],
    { env },
  );
  assert.equal(fine.code, 0, fine.stdout + fine.stderr);
  assert.match(fine.stdout, /✓ node/);
  assert.match(fine.stdout, /✓ engine .*release \d/);
  assert.match(fine.stdout, /✓ provider openai .*answers in .*1 model/);
  assert.match(fine.stdout, /✓ server ledger-server .*2 tools, answers in/);
  const bad = await troupe(folder(), ["doctor", "--", "no-such-program"], {
    env: { OPENAI_BASE_URL: "http://127.0.0.1:9/v1" },
  });
  assert.equal(bad.code, 3);
  assert.match(bad.stdout, /✗ provider openai .*\n.*Check its url and its key/);
  assert.match(bad.stdout, /✗ server no-such-program .*not found/);
});

test("demo works over the files of the folder that it is called in", async () => {
  const cwd = folder({ "docs/a.md": "# A title\n\none two three\n" });
  const { code, stdout, stderr } = await troupe(cwd, ["demo"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /A title/);
  const another = await troupe(cwd, ["demo", "Read docs/a.md"]);
  assert.match(another.stdout, /one two three/);
});
