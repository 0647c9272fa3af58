import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryCredentials } from "troupe";
import { authorizationServer, consenting } from "../standin/authorization.mjs";
import { authorized, going } from "./support/authorized.mjs";

test("a person signs in with PKCE, for this resource, and is not asked again", async (t) => {
  const { as, server, redirect, post } = await authorized(t);
  assert.equal(await post(), 200);
  assert.equal(await post(), 200);
  assert.equal(redirect.opened.length, 1);
  const [{ query }] = as.asked("/authorize");
  assert.equal(query.code_challenge_method, "S256");
  assert.equal(query.resource, server.url);
  const [{ form }] = as.asked("/token");
  assert.equal(form.resource, server.url);
  assert.ok(form.code_verifier.length >= 43);
  assert.equal(form.scope, undefined);
});

test("an authorization server that does not say that it knows S256 is not used", async (t) => {
  for (const methods of [undefined, ["plain"]]) {
    const { redirect, refusal } = await authorized(t, {
      as: { metadata: { code_challenge_methods_supported: methods } },
    });
    assert.match(await refusal(), /does not say that it knows PKCE with S256/);
    assert.equal(redirect.opened.length, 0);
  }
});

test("an answer of another issuer, without the one that was promised, or of another sign-in is refused", async (t) => {
  const stops = async (as, redirected = (url) => url) => {
    const { as: server, redirect, server: mcp } = await authorized(t, { as });
    const open = async (url) => redirected(await redirect.open(url));
    const { refusal } = going(mcp.url, { redirect: { ...redirect, open } });
    const said = await refusal();
    assert.equal(server.asked("/token").length, 0, said);
    return said;
  };
  assert.match(await stops({ iss: "https://evil.example" }), /unexpected "iss"/);
  assert.match(await stops({ iss: "" }), /"iss" \(issuer\) missing/);
  const unannounced = { metadata: { authorization_response_iss_parameter_supported: undefined } };
  assert.match(await stops({ ...unannounced, iss: "https://evil.example" }), /unexpected "iss"/);
  const other = (url) => (url.searchParams.set("state", "another"), url);
  assert.match(await stops({}, other), /unexpected "state"/);
  const said = await stops({ answer: { error: "access_denied", error_description: "Not you." } });
  assert.match(said, /access_denied \(Not you\.\)/);
});

test("an issuer that is not announced may be missing", async (t) => {
  const metadata = { authorization_response_iss_parameter_supported: undefined };
  const { post } = await authorized(t, { as: { metadata, iss: "" } });
  assert.equal(await post(), 200);
});

test("a client that is registered goes before a metadata document, and that before registering", async (t) => {
  const metadata = { client_id_metadata_document_supported: true };
  const as = { metadata, clients: [{ id: "mine" }] };
  const clientMetadataUrl = "https://app.example/client.json";
  const given = await authorized(t, { as, auth: { client: { id: "mine" }, clientMetadataUrl } });
  assert.equal(await given.post(), 200);
  assert.equal(given.redirect.opened[0].searchParams.get("client_id"), "mine");

  const document = await authorized(t, { as, auth: { clientMetadataUrl } });
  assert.equal(await document.post(), 200);
  assert.equal(document.redirect.opened[0].searchParams.get("client_id"), clientMetadataUrl);
  assert.equal(document.as.asked("/register").length, 0);

  const untaken = await authorized(t, { auth: { clientMetadataUrl } });
  assert.equal(await untaken.post(), 200);
  assert.equal(untaken.as.asked("/register").length, 1);

  const none = await authorized(t, { as: { metadata: { registration_endpoint: undefined } } });
  assert.match(await none.refusal(), /registers no clients by itself: give "auth" a "client" with its "id"/);
});

test("registering says what kind of application this is, and which grants it uses", async (t) => {
  for (const [redirectUri, type] of [
    ["http://127.0.0.1:4000/callback", "native"],
    ["http://localhost:3000/callback", "native"],
    ["com.example.app:/callback", "native"],
    ["https://app.example/callback", "web"],
  ]) {
    const { as, post } = await authorized(t, {
      auth: { redirect: consenting(redirectUri), clientName: "Tester" },
    });
    assert.equal(await post(), 200);
    const [{ json }] = as.asked("/register");
    assert.deepEqual(json, {
      client_name: "Tester",
      redirect_uris: [redirectUri],
      application_type: type,
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    });
  }
});

test("the client shows who it is as the authorization server takes it", async (t) => {
  for (const method of ["none", "client_secret_basic", "client_secret_post"]) {
    const metadata = { token_endpoint_auth_methods_supported: [method] };
    const { as, post } = await authorized(t, { as: { metadata } });
    assert.equal(await post(), 200, method);
    assert.equal(as.asked("/register")[0].json.token_endpoint_auth_method, method);
    const secret = "a-secret: with ümlauts & more";
    const given = { as: { metadata, clients: [{ id: "mine", secret, method }] } };
    const client = { id: "mine", ...(method !== "none" && { secret: async () => secret }) };
    assert.equal(await (await authorized(t, { ...given, auth: { client } })).post(), 200, method);
  }
});

test("servers with one authorization server share the registration, and another redirect is registered anew", async (t) => {
  const store = memoryCredentials();
  const { as, server, post } = await authorized(t, { auth: { store } });
  assert.equal(await post(), 200);
  const other = (query, redirect) => going(`${server.url}?${query}`, { store, redirect });
  assert.equal(await other("second", consenting()).post(), 200);
  assert.equal(as.asked("/register").length, 1);
  assert.equal(await other("third", consenting("http://127.0.0.1:5000/callback")).post(), 200);
  assert.equal(as.asked("/register").length, 2);
});

test("a client that the authorization server has forgotten registers again", async (t) => {
  const { as, post } = await authorized(t);
  assert.equal(await post(), 200);
  as.clients.clear();
  as.tokens.clear();
  assert.equal(await post(), 200);
  assert.equal(as.asked("/register").length, 2);
});

test("the scopes are those of the challenge, else all of the resource, else none", async (t) => {
  for (const [rules, asked] of [
    [{ scope: "a b", metadata: { scopes_supported: ["c", "d"] } }, "a b"],
    [{ metadata: { scopes_supported: ["c", "d"] } }, "c d"],
    [{}, null],
  ]) {
    const { redirect, post } = await authorized(t, { server: rules });
    assert.equal(await post(), 200);
    assert.equal(redirect.opened[0].searchParams.get("scope"), asked);
  }
});

test("offline access is asked for only where the authorization server knows it, and never alone", async (t) => {
  for (const [supported, scope, asked] of [
    [["a", "offline_access"], "a", "a offline_access"],
    [["a"], "a", "a"],
    [["offline_access"], undefined, null],
  ]) {
    const as = { metadata: { scopes_supported: supported } };
    const { redirect, post } = await authorized(t, { as, server: { scope } });
    assert.equal(await post(), 200);
    assert.equal(redirect.opened[0].searchParams.get("scope"), asked);
  }
});

test("a step up asks for what was had and what is wanted, and keeps it", async (t) => {
  const needs = ({ method }) => (method === "tools/call" ? ["write"] : ["read"]);
  const { redirect, post } = await authorized(t, { server: { scope: "read", needs } });
  assert.deepEqual(
    [await post("tools/list"), await post("tools/call"), await post("tools/list")],
    [200, 200, 200],
  );
  assert.deepEqual(
    redirect.opened.map((url) => url.searchParams.get("scope")),
    ["read", "read write"],
  );
});

test("a server that is never content is asked three times at most, and not for what there is already", async (t) => {
  let wants = 0;
  const endless = await authorized(t, { server: { scope: "s0", needs: () => [`s${++wants}`] } });
  assert.equal(await endless.post(), 403);
  assert.equal(endless.redirect.opened.length, 3);

  const same = await authorized(t, { server: { scope: "admin" } });
  assert.equal(await same.post(), 200);
  same.as.tokens.forEach((access) => (access.scope = ""));
  same.server.rules.needs = () => ["admin"];
  assert.equal(await same.post(), 403);
  assert.equal(same.redirect.opened.length, 1);
});

test("a 403 that names no missing scope is the server's last word", async (t) => {
  const fetch = async () => new Response(null, { status: 403, headers: { "www-authenticate": "Bearer" } });
  const { redirect, server } = await authorized(t);
  assert.equal(await going(server.url, { fetch, redirect }).post(), 403);
  assert.equal(redirect.opened.length, 0);
});

test("another authorization server gets a registration of its own, and nothing of the old one", async (t) => {
  const { as, server, redirect, post } = await authorized(t, { server: { scope: "a" } });
  assert.equal(await post(), 200);
  const next = await authorizationServer();
  t.after(() => next.close());
  server.rules.as = next;
  assert.equal(await post(), 200);
  assert.equal(next.asked("/register").length, 1);
  assert.equal(next.asked("/token")[0].form.grant_type, "authorization_code");
  assert.equal(redirect.opened.length, 2);
  const [token] = as.tokens.keys();
  const seen = JSON.stringify(next.requests);
  for (const secret of [token, ...as.refreshes.keys()]) assert.equal(seen.includes(secret), false);
});

test("a client that was registered by hand is not shown to another authorization server", async (t) => {
  const clients = [{ id: "mine", secret: "hidden", method: "client_secret_basic" }];
  const client = { id: "mine", secret: "hidden" };
  const moved = await authorized(t, { as: { clients }, auth: { client } });
  assert.equal(await moved.post(), 200);
  const next = await authorizationServer({ clients });
  t.after(() => next.close());
  moved.server.rules.as = next;
  assert.match(
    await moved.refusal(),
    /The client "mine" is registered with .*, and the server now names .*: not asked/,
  );
  assert.deepEqual(
    next.requests.map(({ path }) => path),
    ["/.well-known/oauth-authorization-server"],
  );
  const bound = { client: { ...client, issuer: "https://as.example" } };
  const named = await authorized(t, { as: { clients }, auth: bound });
  assert.match(await named.refusal(), /is registered with https:\/\/as\.example/);
});

test("a refusal is not repeated to the person at once, and later it is", async (t) => {
  let now = 1_000_000;
  const { redirect, refusal, as } = await authorized(t, {
    as: { answer: { error: "access_denied" } },
    auth: { now: () => now },
  });
  const first = await refusal();
  assert.equal(await refusal(), first);
  assert.equal(redirect.opened.length, 1);
  now += 6000;
  delete as.rules.answer;
  assert.equal(await refusal(), "status 200");
});

test("without anything to sign in with, the sentence says what to give", async (t) => {
  const { server } = await authorized(t);
  assert.match(
    await going(server.url, {}).refusal(),
    /give "auth" a "redirect", or a "grant" that needs no person/,
  );
});
