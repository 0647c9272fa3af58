// Servers that want somebody to sign in: the link, and what is kept.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { readMcpJson } from "../../wasm/dist/cli/config/mcp-json.js";
import { authorizationServer, protectedServer } from "../standin/authorization.mjs";
import { begin, folder, troupe, until } from "./program.mjs";

test("the link to sign in is said, and the next call needs none", async (t) => {
  const as = await authorizationServer();
  const server = await protectedServer({ as });
  t.after(() => Promise.all([as.close(), server.close()]));
  const cwd = folder({ ".mcp.json": { mcpServers: { vault: { url: server.url, auth: true } } } });
  const env = { XDG_CONFIG_HOME: join(cwd, "config") };
  const { said, ended } = begin(cwd, ["doctor"], { env });
  const link = /The server "vault" wants you to sign in: (\S+)/;
  await until(() => link.test(said.stderr));
  const { headers } = await fetch(link.exec(said.stderr)[1], { redirect: "manual" });
  assert.match(await (await fetch(headers.get("location"))).text(), /close this window/);
  assert.match((await ended).stdout, /server vault.*1 tool, answers in/);
  assert.match(readFileSync(join(cwd, "config/troupe/credentials.json"), "utf8"), /token-/);

  const again = await troupe(cwd, ["doctor"], { env });
  assert.match(again.stdout, /server vault.*1 tool, answers in/);
  assert.doesNotMatch(again.stderr, link);
  assert.equal(as.asked("/authorize").length, 1);
});

test("the dialects of .mcp.json name the client in their ways", () => {
  const url = "https://example.com/mcp";
  for (const [given, auth] of [
    [{ auth: true }, {}],
    [{ oauth: {} }, {}],
    [{ oauth: { clientId: "a", clientSecret: "${SECRET}" } }, { client: { id: "a", secret: "s" } }],
    [{ auth: { CLIENT_ID: "a" } }, { client: { id: "a" } }],
    [{ auth: false }, undefined],
    [{}, undefined],
  ]) {
    const file = JSON.stringify({ mcpServers: { a: { url, ...given } } });
    assert.deepEqual(readMcpJson(file, "/home/me/.mcp.json", { SECRET: "s" }).servers.a.auth, auth);
  }
});
