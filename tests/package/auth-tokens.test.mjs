import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryCredentials } from "troupe";
import { authorized, going } from "./support/authorized.mjs";

const grantsOf = (as) => as.asked("/token").map(({ form }) => form.grant_type);

test("requests that are refused at once share one authorization", async (t) => {
  const { as, redirect, post } = await authorized(t);
  assert.deepEqual(await Promise.all(Array.from({ length: 8 }, () => post())), Array(8).fill(200));
  assert.equal(redirect.opened.length, 1);
  as.tokens.clear();
  assert.deepEqual(await Promise.all(Array.from({ length: 8 }, () => post())), Array(8).fill(200));
  assert.deepEqual(grantsOf(as), ["authorization_code", "refresh_token"]);
});

test("a token that is refused is refreshed, and rotated refresh tokens are used once", async (t) => {
  const { as, redirect, post } = await authorized(t);
  for (let rounds = 0; rounds < 3; rounds++) {
    assert.equal(await post(), 200);
    as.tokens.clear();
  }
  assert.equal(await post(), 200);
  assert.equal(redirect.opened.length, 1);
  const refreshes = as.asked("/token").flatMap(({ form }) => form.refresh_token ?? []);
  assert.equal(new Set(refreshes).size, 3);
  assert.equal(as.asked("/token")[1].form.resource, as.asked("/token")[0].form.resource);
});

test("a refresh token that is not rotated stays", async (t) => {
  const { as, post, redirect } = await authorized(t);
  await post();
  const [refresh] = as.refreshes.keys();
  const resource = as.asked("/token")[0].form.resource;
  let made = 0;
  as.rules.grants = {
    refresh_token: ({ refresh_token }) => {
      assert.equal(refresh_token, refresh);
      as.tokens.set(`made-${++made}`, { scope: "", resource });
      return { access_token: `made-${made}`, token_type: "bearer" };
    },
  };
  for (let rounds = 0; rounds < 2; rounds++) {
    as.tokens.clear();
    assert.equal(await post(), 200);
  }
  assert.equal(redirect.opened.length, 1);
});

test("a token that is about to end is refreshed before it is refused", async (t) => {
  let now = 1_000_000;
  const { as, server, post } = await authorized(t, { auth: { now: () => now } });
  await post();
  now += 3600_000 - 29_000;
  const before = server.asked("/mcp").length;
  assert.equal(await post(), 200);
  assert.equal(server.asked("/mcp").length, before + 1);
  assert.deepEqual(grantsOf(as), ["authorization_code", "refresh_token"]);
});

test("a refresh that fails falls back to a new sign-in", async (t) => {
  let now = 1_000_000;
  const { as, redirect, post } = await authorized(t, { auth: { now: () => now } });
  await post();
  as.tokens.clear();
  as.rules.refuses = { refresh_token: { error: "invalid_grant" } };
  assert.equal(await post(), 200);
  assert.equal(redirect.opened.length, 2);
  now += 3600_000;
  assert.equal(await post(), 200, "the old token is as good as the server says");
});

test("a challenge for more than there is goes to the person, not to a refresh", async (t) => {
  const { as, server, redirect, post } = await authorized(t, { server: { scope: "a" } });
  await post();
  as.tokens.clear();
  server.rules.scope = "a b";
  assert.equal(await post(), 200);
  assert.deepEqual(grantsOf(as), ["authorization_code", "authorization_code"]);
  assert.equal(redirect.opened[1].searchParams.get("scope"), "a b");
});

test("what one process has got, another one with the same store uses, also when it comes meanwhile", async (t) => {
  const store = memoryCredentials();
  const one = await authorized(t, { auth: { store } });
  const two = going(one.server.url, { store });
  assert.equal(await one.post(), 200);
  assert.equal(await two.post(), 200);
  one.as.tokens.clear();
  assert.equal(await one.post(), 200);
  assert.equal(await two.post(), 200);
  assert.deepEqual(grantsOf(one.as), ["authorization_code", "refresh_token"]);
});

test("a token goes to its server alone", async (t) => {
  const { fetch, post } = await authorized(t);
  await post();
  const other = await authorized(t);
  const response = await fetch(other.server.url, { method: "POST" });
  assert.equal(response.status, 401);
  assert.equal(other.server.requests[0].headers.authorization, undefined);
});

test("a redirect of the token endpoint is not followed", async (t) => {
  const thief = await authorized(t);
  const { as, refusal } = await authorized(t, { as: { redirectsToken: `${thief.as.issuer}/token` } });
  assert.match(await refusal(), /gave no token: .*unexpected HTTP status/);
  assert.equal(as.asked("/token").length, 1);
  assert.equal(thief.as.requests.length, 0);
});

test("who stops waiting does not stop the authorization, and the next request has it", async (t) => {
  const { as, server, redirect } = await authorized(t);
  let consent;
  const consented = new Promise((resolve) => (consent = resolve));
  const open = (url) => consented.then(() => redirect.open(url));
  const { post } = going(server.url, { redirect: { ...redirect, open } });
  const stop = new AbortController();
  const first = post("tools/list", { signal: stop.signal });
  while (as.asked("/register").length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort(new Error("no patience"));
  await assert.rejects(first, /no patience/);
  const second = post();
  consent();
  assert.equal(await second, 200);
  assert.equal(redirect.opened.length, 1);
});

test("no error says a token, a code, a verifier or a client's secret", async (t) => {
  const secret = "the-client's-secret";
  const clients = [{ id: "mine", secret, method: "client_secret_basic" }];
  const auth = { client: { id: "mine", secret } };
  const quoting = ({ code, code_verifier }) => ({
    error: "invalid_grant",
    error_description: `${code} ${code_verifier} ${secret}`,
  });
  const quoted = await authorized(t, { as: { clients, grants: { authorization_code: quoting } }, auth });
  const said = await quoted.refusal();
  assert.match(said, /invalid_grant \(\[secret\] \[secret\] \[secret\]\)/);

  const { server, redirect } = await authorized(t, { as: { clients }, auth });
  const failing = async (url, init) => {
    if (!url.endsWith("/token")) return fetch(url, init);
    throw new Error(`could not send ${init.body} with ${init.headers.authorization}`);
  };
  const failed = await going(server.url, { ...auth, redirect, fetch: failing }).refusal();
  assert.match(failed, /could not send/);
  const code = redirect.opened[0].searchParams.get("state");
  for (const part of [secret, encodeURIComponent(secret), btoa(`mine:${encodeURIComponent(secret)}`), code]) {
    assert.equal(failed.includes(part), false, failed);
  }
  assert.doesNotMatch(failed, /code-[0-9a-f]{8}/);
});
