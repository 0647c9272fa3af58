import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createTroupe } from "troupe";
import { temporaryFolder } from "./support/folder.mjs";
import { calls, eventsOf, says, scripted } from "./support/models.mjs";

const require = createRequire(import.meta.url);
const bin = (name) => {
  const manifest = require.resolve(`${name}/package.json`);
  const { bin } = require(manifest);
  return join(manifest, "..", typeof bin === "string" ? bin : Object.values(bin)[0]);
};
const everything = bin("@modelcontextprotocol/server-everything");
const filesystem = bin("@modelcontextprotocol/server-filesystem");
const node = process.execPath;

const open = [];
after(async () => {
  for (const close of open.reverse()) await close();
});

async function troupeWith(servers, ...replies) {
  const { call, requests } = scripted(...replies);
  const logs = [];
  const log = (event) => logs.push(event);
  const troupe = await createTroupe({ providers: { fake: { call } }, servers, log, approve: () => true });
  open.push(() => troupe.dispose());
  return { troupe, requests, logs, lastResult: () => requests.at(-1).messages.at(-1).content };
}

/** The server that dies, floods and lives, as a program; it begins with `first`. */
async function brittleFile(t, first = "") {
  const file = join(await temporaryFolder(t), "server.mjs");
  await writeFile(file, first + brittleServer);
  return file;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** Starts a server of ours and waits until it takes connections. */
async function served(argv, env = {}) {
  const child = spawn(node, argv, { env: { ...process.env, ...env }, stdio: "ignore" });
  const gone = once(child, "close");
  open.push(() => (child.kill(), gone));
}

async function answers(url) {
  for (let tries = 0; tries < 300; tries++) {
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`${url} does not answer.`);
}

const echo = [calls("echo", { message: "héllo" }), says("Done.")];

test("server-everything over stdio: its tools are listed and called", async () => {
  const { troupe, lastResult } = await troupeWith(
    { every: { command: node, args: [everything, "stdio"] } },
    ...echo,
  );
  const { ok, tools } = await troupe.probe({ server: "every" });
  assert.ok(ok && tools.some(({ name }) => name === "get-sum"));
  assert.equal((await troupe.run("Echo.")).answer, "Done.");
  assert.equal(lastResult(), "Echo: héllo");
});

test("server-everything over streamable HTTP: the same", async () => {
  const port = await freePort();
  await served([everything, "streamableHttp"], { PORT: String(port) });
  const url = `http://127.0.0.1:${port}/mcp`;
  await answers(url);
  const sum = [calls("get-sum", { a: 17, b: 25 }), says("Done.")];
  const { troupe, lastResult } = await troupeWith({ every: { url } }, ...sum);
  assert.equal((await troupe.run("Add.")).answer, "Done.");
  assert.match(lastResult(), /42/);
});

test("server-filesystem over stdio: a file is written and read", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "in.txt"), "from the disk");
  const { troupe, requests, lastResult } = await troupeWith(
    { files: { command: node, args: [filesystem, folder] } },
    calls("read_text_file", { path: join(folder, "in.txt") }),
    calls("write_file", { path: join(folder, "out.txt"), content: "to the disk" }),
    calls("read_text_file", { path: "/etc/passwd" }),
    says("Done."),
  );
  const steps = (await eventsOf(troupe.run("Copy."))).filter(({ kind }) => kind === "tool");
  assert.deepEqual([...new Set(steps.map(({ server }) => server))], ["files"]);
  assert.equal(requests[1].messages.at(-1).content, "from the disk");
  assert.equal(await readFile(join(folder, "out.txt"), "utf8"), "to the disk");
  assert.match(lastResult(), /Access denied/);
});

test("mcp-proxy in front of it speaks both generations; the one of 2026-07-28 is found out", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "in.txt"), "through the proxy");
  const port = await freePort();
  await served([bin("mcp-proxy"), "--port", String(port), "--", node, filesystem, folder]);
  const url = `http://127.0.0.1:${port}/mcp`;
  await answers(`http://127.0.0.1:${port}/ping`);
  const sent = [];
  const { call, requests } = scripted(
    calls("read_text_file", { path: join(folder, "in.txt") }),
    says("Done."),
  );
  const troupe = await createTroupe({
    providers: { fake: { call } },
    servers: { files: { url } },
    fetch: (to, init) => (sent.push(new Headers(init.headers)), fetch(to, init)),
  });
  open.push(() => troupe.dispose());
  assert.equal((await troupe.run("Read.")).answer, "Done.");
  assert.equal(requests[1].messages.at(-1).content, "through the proxy");
  const call_ = sent.find((headers) => headers.get("mcp-method") === "tools/call");
  assert.equal(call_.get("mcp-protocol-version"), "2026-07-28");
  assert.equal(call_.get("mcp-name"), "read_text_file");
  const older = await createTroupe({ servers: { files: { url, era: "legacy" } } });
  open.push(() => older.dispose());
  const files = older.server("files");
  assert.equal((await files.about()).protocolVersion, "2025-11-25");
  const read = await files.call("read_text_file", { path: join(folder, "in.txt") });
  assert.equal(read.content[0].text, "through the proxy");
});

test("a server that cannot be started is said, and the run goes on without it", async () => {
  const { troupe, requests } = await troupeWith(
    {
      gone: { command: "no-such-command-here" },
      far: { command: node, cwd: "/no/such/folder" },
      near: { command: "no-such-command-here", cwd: tmpdir() },
    },
    says("Without tools."),
  );
  const { ok, sentence } = await troupe.probe({ server: "gone" });
  assert.equal(ok, false);
  assert.match(sentence, /The MCP server "gone".*The command "no-such-command-here" was not found\./);
  assert.match(
    (await troupe.probe({ server: "far" })).sentence,
    /There is no folder "\/no\/such\/folder" to start ".*node" in\./,
  );
  assert.match((await troupe.probe({ server: "near" })).sentence, /"no-such-command-here" was not found\./);
  assert.equal((await troupe.run("Try.")).answer, "Without tools.");
  assert.match(requests[0].messages[0].content, /The server "gone" cannot be used/);
});

test("a server that ends at once is said with its last words", async () => {
  const dies = { command: node, args: ["-e", 'console.error("no API key"); process.exit(3)'] };
  const { troupe, logs } = await troupeWith({ dies }, says("x"));
  const { sentence } = await troupe.probe({ server: "dies" });
  assert.match(sentence, / ended with exit code 3\./);
  assert.ok(logs.some(({ server, text }) => server === "dies" && text.includes("no API key")));
});

test("a server that dies in the middle of a call is a failed result, and is started again", async (t) => {
  const file = await brittleFile(t);
  const { troupe, requests } = await troupeWith(
    { brittle: { command: node, args: [file] } },
    calls("die"),
    calls("live"),
    says("Done."),
  );
  assert.equal((await troupe.run("Try both.")).answer, "Done.");
  assert.match(requests[1].messages.at(-1).content, /The tool "die" failed: The MCP server "brittle"/);
  assert.equal(requests[2].messages.at(-1).content, "alive");
});

test("ten megabytes and two thousand tools are taken, cut where the model reads", async (t) => {
  const file = await brittleFile(t);
  const { troupe, requests } = await troupeWith(
    { big: { command: node, args: [file, "2000"] } },
    calls("huge"),
    says("Done."),
  );
  assert.equal((await troupe.probe({ server: "big" })).tools.length, 2004);
  assert.equal((await troupe.run("Read it all.")).answer, "Done.");
  const read = requests[1].messages.at(-1).content;
  assert.ok(read.length < 21_000);
  assert.match(
    read,
    /cut here, at byte 20000 of 10485760\. read_result with \{"result":1,"from":20000\} reads on/,
  );
});

test("a server that lies about the length of its answers is said to, and answers the next call", async (t) => {
  let lie = 0;
  const answerTo = ({ id, method }) => {
    const results = {
      "server/discover": { supportedVersions: ["2026-07-28"], capabilities: { tools: {} } },
      "tools/list": { tools: [{ name: "look", inputSchema: { type: "object" } }] },
      "tools/call": { content: [{ type: "text", text: "seen" }] },
    };
    return JSON.stringify({ jsonrpc: "2.0", id, result: { resultType: "complete", ...results[method] } });
  };
  const liar = createServer((socket) =>
    socket.on("data", (data) => {
      const message = JSON.parse(/(?<=\r\n\r\n).*/s.exec(String(data))?.[0] || "{}");
      const answer = answerTo(message);
      const length = answer.length + (message.method === "tools/call" ? lie : 0);
      const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\nconnection: close`;
      socket.end(`${head}\r\n\r\n${answer}`);
    }),
  );
  liar.listen(0, "127.0.0.1");
  await once(liar, "listening");
  t.after(() => liar.close());
  const url = `http://127.0.0.1:${liar.address().port}/mcp`;
  const { troupe } = await troupeWith({ liar: { url, era: "modern" } });
  const look = () => troupe.server("liar").call("look");
  lie = 40;
  await assert.rejects(look(), {
    code: "network",
    message: /broke off before it answered tools\/call\..*length/,
  });
  lie = -10;
  await assert.rejects(look(), {
    code: "malformed",
    message: /answered tools\/call with something that is no/,
  });
  lie = 0;
  assert.equal((await look()).content[0].text, "seen");
});

test("a line of a hundred megabytes ends the call with a sentence, and the server is started anew for the next one", async (t) => {
  const file = await brittleFile(t);
  const { troupe, requests } = await troupeWith(
    { big: { command: node, args: [file] } },
    calls("flood"),
    calls("live"),
    says("Done."),
  );
  assert.equal((await troupe.run("Read it all.")).answer, "Done.");
  assert.match(
    requests[1].messages.at(-1).content,
    /The MCP server "big" .*It wrote more than 64 MB without a line's end\./,
  );
  assert.equal(requests[2].messages.at(-1).content, "alive");
});

test("a server that nobody calls for long enough is ended, and started anew by the next call", async (t) => {
  const file = await brittleFile(t, 'console.error("started " + process.pid);');
  const { troupe, logs } = await troupeWith(
    { idle: { command: node, args: [file], idleMs: 100 } },
    calls("live"),
    says("Done."),
    calls("live"),
    says("Done."),
  );
  const pids = () => [...new Set(logs.map(({ text }) => /started (\d+)/.exec(text)?.[1]).filter(Boolean))];
  const isGone = (pid) => {
    try {
      return process.kill(pid, 0) && false;
    } catch {
      return true;
    }
  };
  assert.equal((await troupe.run("Look.")).answer, "Done.");
  const [first] = pids();
  while (!isGone(Number(first))) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal((await troupe.run("Look again.")).answer, "Done.");
  assert.equal(pids().length, 2);
});

test("disposing ends a server that does not listen to a closed stdin", async () => {
  const stubborn = `
    process.stdin.resume(); process.on("SIGTERM", () => {});
    setInterval(() => {}, 1000); console.error("pid " + process.pid);`;
  const { troupe, logs } = await troupeWith(
    { stubborn: { command: node, args: ["-e", stubborn], timeoutMs: 500 } },
    says("x"),
  );
  assert.equal((await troupe.probe({ server: "stubborn" })).ok, false);
  await troupe.dispose();
  const pid = Number(/pid (\d+)/.exec(logs.map(({ text }) => text).join())[1]);
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
});

test("a process inherits few variables, and those that it is given", async () => {
  process.env.TROUPE_TEST_SECRET = "not for servers";
  const { troupe, lastResult } = await troupeWith(
    { every: { command: node, args: [everything, "stdio"], env: { GIVEN: "yes" } } },
    calls("get-env"),
    says("Done."),
  );
  await troupe.run("Show the environment.");
  assert.match(lastResult(), /"GIVEN": "yes"/);
  assert.match(lastResult(), /"PATH"/);
  assert.doesNotMatch(lastResult(), /TROUPE_TEST_SECRET/);
});

test("an idle server does not keep Node alive", async () => {
  const script = `
    import { createTroupe } from "troupe";
    const servers = { every: { command: process.execPath, args: [${JSON.stringify(everything)}, "stdio"] } };
    const troupe = await createTroupe({ servers });
    console.log((await troupe.probe({ server: "every" })).ok);`;
  const child = spawn(node, ["--input-type=module", "-e", script], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(child.stdout, "data");
  assert.equal(said.toString(), "true\n");
  const [code] = await once(child, "close");
  assert.equal(code, 0);
});

const brittleServer = `
import { createInterface } from "node:readline";
const tool = (name) => ({ name, description: name, inputSchema: { type: "object" } });
const more = Number(process.argv[2] ?? 0);
const tools = [tool("die"), tool("live"), tool("huge"), tool("flood"), ...Array.from({ length: more }, (_, i) => tool("extra_" + i))];
const text = (text) => ({ content: [{ type: "text", text }] });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  const reply = (result) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\\n");
  if (method === "initialize") {
    reply({ protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "b", version: "1" } });
  } else if (method === "tools/list") reply({ tools });
  else if (method === "tools/call") {
    if (params.name === "die") process.exit(1);
    const size = { huge: 10 << 20, flood: 100 << 20 }[params.name];
    reply(text(size ? "x".repeat(size) : "alive"));
  } else if (id !== undefined) {
    process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32601, message: "no" } }) + "\\n");
  }
}
`;
