// Signing in from a worker, in a real workerd: the answer comes to a route, which any isolate can serve.
import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { authorizationServer, protectedServer } from "../standin/authorization.mjs";
import { workerd } from "../standin/workerd.mjs";

const edge = fileURLToPath(new URL("../../edge/", import.meta.url));

/** Consents at once, so that one request sees the whole sign-in. */
const worker = `
import { Authorizer, finishSignIn, memoryCredentials, routeRedirect } from "troupe";
export default {
  async fetch(request) {
    const server = new URL(request.url).searchParams.get("server");
    const store = memoryCredentials();
    const show = async (page) => {
      const { headers } = await fetch(page, { redirect: "manual" });
      await finishSignIn(headers.get("location"), auth);
    };
    const redirect = routeRedirect({ redirectUri: "https://app.example/signed-in", store, show });
    const auth = { store, redirect };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    const headers = { "content-type": "application/json" };
    return new Authorizer(server, auth).fetch(server, { method: "POST", headers, body });
  },
};`;

test("a worker signs in, with plain tokens and with tokens that are bound to a key", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "troupe-edge-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await build({
    stdin: { contents: worker, resolveDir: edge },
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    platform: "neutral",
    conditions: ["workerd"],
    mainFields: ["module", "main"],
    plugins: [
      {
        name: "wasm beside",
        setup: ({ onResolve }) =>
          onResolve({ filter: /\.wasm$/ }, () => ({ path: "./troupe.wasm", external: true })),
      },
    ],
  });
  await copyFile(join(edge, "dist/troupe.wasm"), join(folder, "troupe.wasm"));
  const { url, close } = await workerd(folder);
  t.after(close);
  for (const scheme of ["Bearer", "DPoP"]) {
    const as = await authorizationServer();
    const server = await protectedServer({ as, scheme });
    t.after(() => Promise.all([as.close(), server.close()]));
    const response = await fetch(`${url}?server=${encodeURIComponent(server.url)}`);
    assert.equal(response.status, 200, await response.clone().text());
    assert.equal((await response.json()).result.tools[0].name, "open");
    assert.match(server.asked("/mcp").at(-1).headers.authorization, new RegExp(`^${scheme} `));
    assert.equal(as.asked("/register")[0].json.application_type, "web");
  }
});
