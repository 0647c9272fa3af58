import assert from "node:assert/strict";
import { test } from "node:test";
import { createTroupe, loopbackRedirect, memoryCredentials } from "troupe";
import { authorized } from "./support/authorized.mjs";
import { calls, eventsOf, says, scripted } from "./support/models.mjs";
import { tappedTroupe } from "./support/tapped.mjs";

test("a run uses a server that demands authorization, and no secret of it enters the engine or the journal", async (t) => {
  const asked = await authorized(t, { server: { scope: "read" } });
  const codes = [];
  const show = async (url) => {
    const { headers } = await fetch(url, { redirect: "manual" });
    codes.push(new URL(headers.get("location")).searchParams.get("code"));
    await (await fetch(headers.get("location"))).text();
  };
  const client = { id: "mine", secret: async () => "the-secret-of-the-client" };
  asked.as.clients.set("mine", {
    id: "mine",
    secret: "the-secret-of-the-client",
    method: "client_secret_basic",
  });
  asked.as.rules.metadata = { token_endpoint_auth_methods_supported: ["client_secret_basic"] };
  const store = memoryCredentials();
  const logged = [];
  const { call, requests } = scripted(calls("open"), says("Done."));
  const { troupe, crossed } = await tappedTroupe({
    providers: { fake: { call } },
    servers: {
      vault: { url: asked.server.url, auth: { redirect: loopbackRedirect({ show }), client, store } },
    },
    approve: () => true,
    log: (event) => logged.push(event),
  });
  const run = troupe.run("Open it.");
  const events = await eventsOf(run);
  assert.equal((await run).answer, "Done.");
  assert.equal(requests.at(-1).messages.at(-1).content, "It is open.");
  await troupe.dispose();
  assert.equal(codes.length, 1);
  const seen = crossed() + run.journal() + JSON.stringify(events) + JSON.stringify(logged);
  const { refresh, key } = await store.get(`access ${asked.server.url}`);
  assert.equal(key, undefined);
  const verifier = asked.as.asked("/token")[0].form.code_verifier;
  for (const secret of [...asked.as.tokens.keys(), refresh, ...codes, verifier, "the-secret-of-the-client"]) {
    assert.ok(secret.length > 8);
    assert.equal(seen.includes(secret), false, secret);
  }
});

test("an authorization that fails is said with the server's name, once, and asks the person once", async (t) => {
  const { as, server, redirect } = await authorized(t, {
    as: { answer: { error: "access_denied", error_description: "Not today." } },
  });
  const troupe = await createTroupe({ servers: { vault: { url: server.url, auth: { redirect } } } });
  t.after(() => troupe.dispose());
  const { ok, sentence } = await troupe.probe({ server: "vault" });
  assert.equal(ok, false);
  assert.match(
    sentence,
    /The MCP server "vault" \(http:.*\) answered with HTTP status 401 \(.*access_denied \(Not today/,
  );
  assert.equal(redirect.opened.length, 1);
  assert.equal(as.asked("/token").length, 0);
});

test("a server without anything says how to give it", async (t) => {
  const { server } = await authorized(t);
  const troupe = await createTroupe({ servers: { vault: { url: server.url } } });
  t.after(() => troupe.dispose());
  const { sentence } = await troupe.probe({ server: "vault" });
  assert.match(
    sentence,
    /It wants credentials: add a credential for it to the configuration, as "token", or as "auth" to sign in\.$/,
  );
});

test("a server cannot have a token and an authorization, and keeps its other headers", async (t) => {
  const { server, redirect } = await authorized(t);
  for (const given of [{ token: "t" }, { headers: { Authorization: "Basic x" } }]) {
    const servers = { vault: { url: server.url, auth: { redirect }, ...given } };
    await assert.rejects(
      createTroupe({ servers }),
      /The server "vault" has a token and "auth": give it one of them/,
    );
  }
  const servers = { vault: { url: server.url, auth: { redirect }, headers: { "x-tenant": () => "seven" } } };
  const troupe = await createTroupe({ servers });
  t.after(() => troupe.dispose());
  assert.equal((await troupe.probe({ server: "vault" })).ok, true);
  const last = server.asked("/mcp").at(-1).headers;
  assert.equal(last["x-tenant"], "seven");
  assert.match(last.authorization, /^Bearer token-/);
});

test("servers of one troupe share what is in memory, when they say no store", async (t) => {
  const { as, server, redirect } = await authorized(t);
  const auth = { redirect };
  const servers = { one: { url: server.url, auth }, two: { url: `${server.url}?two`, auth } };
  const troupe = await createTroupe({ servers });
  t.after(() => troupe.dispose());
  for (const name of ["one", "two"]) assert.equal((await troupe.probe({ server: name })).ok, true, name);
  assert.equal(as.asked("/register").length, 1);
});
