import assert from "node:assert/strict";
import { test } from "node:test";
import { authorizationServer } from "../standin/authorization.mjs";
import { authorized, going } from "./support/authorized.mjs";

const ROOT = "/.well-known/oauth-protected-resource";

test("nothing is asked of anybody as long as the server demands nothing", async () => {
  const seen = [];
  const fetch = async (url) => (seen.push(url), Response.json({}));
  assert.equal(await going("https://open.example/mcp", { fetch }).post(), 200);
  assert.deepEqual(seen, ["https://open.example/mcp"]);
});

test("a resource's metadata is found where the challenge says, by the server's path, and at the root", async (t) => {
  for (const [metadataAt, header, never] of [
    [["/custom/place.json"], true, `${ROOT}/mcp`],
    [[`${ROOT}/mcp`], false, ROOT],
    [[ROOT], false, "/custom/place.json"],
  ]) {
    const { server, post } = await authorized(t, { server: { metadataAt, header } });
    assert.equal(await post(), 200);
    assert.equal(server.asked(metadataAt[0]).length, 1);
    assert.equal(server.asked(never).length, 0, never);
  }
});

test("an authorization server's metadata is found in all its places", async (t) => {
  for (const [path, wellKnown, misses] of [
    ["", "/.well-known/oauth-authorization-server", 0],
    ["", "/.well-known/openid-configuration", 1],
    ["/tenant", "/.well-known/oauth-authorization-server/tenant", 0],
    ["/tenant", "/.well-known/openid-configuration/tenant", 1],
    ["/tenant", "/tenant/.well-known/openid-configuration", 2],
  ]) {
    const { as, post } = await authorized(t, { as: { path, wellKnown } });
    assert.equal(await post(), 200, wellKnown);
    const asked = as.requests.filter((request) => request.path.includes("well-known"));
    assert.equal(asked.length, misses + 1, wellKnown);
  }
});

test("metadata of another issuer than the one that is looked for is not used", async (t) => {
  const { as, refusal } = await authorized(t, { as: { metadata: { issuer: "https://evil.example" } } });
  assert.match(await refusal(), /^authentication: The metadata of .* is that of "https:\/\/evil.example"\.$/);
  assert.equal(as.requests.length, 1);
});

test("an issuer that is an origin may be written with a slash", async (t) => {
  const { server, as, post } = await authorized(t);
  server.rules.metadata = { authorization_servers: [`${as.issuer}/`] };
  assert.equal(await post(), 200);
});

test("metadata of another resource is refused, that of a path above the server is not", async (t) => {
  for (const resource of ["https://evil.example/mcp", "ORIGIN/mcp/deeper", "ORIGIN/m", "no url", undefined]) {
    const { server, as, refusal } = await authorized(t);
    server.rules.metadata = { resource: resource?.replace("ORIGIN", new URL(server.url).origin) };
    assert.match(await refusal(), /The server's metadata is for the resource ".*", not for http:/);
    assert.equal(as.requests.length, 0);
  }
  const { server, as, post } = await authorized(t);
  server.rules.metadata = { resource: new URL(server.url).origin };
  assert.equal(await post(), 200);
  const [{ query }] = as.asked("/authorize");
  const [{ form }] = as.asked("/token");
  assert.deepEqual([query.resource, form.resource], Array(2).fill(new URL(server.url).origin));
});

/** A server that everybody can reach, as far as its name says; `documents` by address. */
function publicServer(documents, challenge = "Bearer") {
  const asked = [];
  const fetch = async (url) => {
    asked.push(url);
    if (url === "https://mcp.example/mcp") {
      return new Response("{}", { status: 401, headers: { "www-authenticate": challenge } });
    }
    const answer = documents[url];
    return typeof answer === "string"
      ? new Response(null, { status: 302, headers: { location: answer } })
      : answer
        ? Response.json(answer)
        : new Response(null, { status: 404 });
  };
  const redirect = { redirectUri: "https://app.example/back", open: () => assert.fail("opened") };
  return { asked, ...going("https://mcp.example/mcp", { fetch, redirect }) };
}

const PRM = "https://mcp.example/.well-known/oauth-protected-resource/mcp";
const AS = "https://as.example/.well-known/oauth-authorization-server";
const resource = "https://mcp.example/mcp";

test("addresses that a server names must be https, and none that only this machine or network knows", async () => {
  const hosts = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.1.1",
    "169.254.169.254",
  ];
  hosts.push("[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "0x7f.1", "2130706433", "0.0.0.0", "intranet");
  hosts.push(
    "nas.local",
    "metadata.google.internal",
    "localhost.",
    "a.localhost",
    "100.64.0.1",
    "[64:ff9b::a00:1]",
  );
  hosts.push("router.lan", "localhost..", "metadata.google.internal..", "nas.home.arpa", "wiki.corp");
  hosts.push("[fec0::1]", "[2002:a00:1::]", "[::7f00:1]", "[::ffff:0:a00:1]", "[64:ff9b:1::a00:1]");
  hosts.push("[2001::1]", "[ff02::1]", "[100::1]", "[::]");
  hosts.push("198.18.0.1", "192.0.0.8", "224.0.0.1", "240.0.0.1", "255.255.255.255", "0.1.2.3");
  for (const host of hosts) {
    const { asked, refusal } = publicServer({}, `Bearer resource_metadata="https://${host}/m"`);
    assert.match(await refusal(), /is a private address, and https:\/\/mcp\.example is not: not asked/, host);
    assert.deepEqual(asked, ["https://mcp.example/mcp"]);
  }
  const plain = publicServer({}, 'Bearer resource_metadata="http://mcp.example/m"');
  assert.match(await plain.refusal(), /\(http:\/\/mcp\.example\) must be https/);
  const bare = going("http://mcp.example/mcp", { fetch: async () => new Response(null, { status: 401 }) });
  assert.match(await bare.refusal(), /The server \(http:\/\/mcp\.example\) must be https/);
  const none = publicServer({}, 'Bearer resource_metadata="m.json"');
  assert.match(await none.refusal(), /is missing or no URL/);
});

test("addresses of the public internet are asked, however they are written", async () => {
  for (const host of [
    "as.example",
    "landing.example",
    "8.8.8.8",
    "[2606:4700::1111]",
    "[2002:808:808::]",
    "[64:ff9b::808:808]",
  ]) {
    const { asked, refusal } = publicServer({}, `Bearer resource_metadata="https://${host}/m"`);
    await refusal();
    assert.equal(asked[1], `https://${host}/m`);
  }
});

test("the same holds for the issuer, its endpoints, and what metadata redirects to", async () => {
  const issuer = publicServer({ [PRM]: { resource, authorization_servers: ["https://192.168.0.1"] } });
  assert.match(
    await issuer.refusal(),
    /The authorization server \(https:\/\/192\.168\.0\.1\) is a private address/,
  );

  const server = { resource, authorization_servers: ["https://as.example"] };
  const endpoints = { issuer: "https://as.example", token_endpoint: "https://10.0.0.1/token" };
  const endpoint = publicServer({ [PRM]: server, [AS]: endpoints });
  assert.match(await endpoint.refusal(), /The token endpoint \(https:\/\/10\.0\.0\.1\) is a private address/);

  const redirected = publicServer({ [PRM]: "https://127.0.0.1/m" });
  assert.match(await redirected.refusal(), /What metadata redirects to \(https:\/\/127\.0\.0\.1\)/);
  assert.equal(redirected.asked.length, 2);

  const elsewhere = "https://docs.example/m";
  const followed = publicServer({ [PRM]: elsewhere, [elsewhere]: server });
  assert.match(await followed.refusal(), /The authorization server https:\/\/as\.example has no metadata/);
});

test("a host that does not answer, or not with JSON, is passed over for the next candidate", async (t) => {
  const { as, server } = await authorized(t, { server: { metadataAt: [ROOT] } });
  const fetch = async (url, init) => {
    if (url.endsWith(`${ROOT}/mcp`)) throw new TypeError("Failed to fetch");
    if (url.endsWith("oauth-authorization-server")) return new Response("<html>");
    return globalThis.fetch(url, init);
  };
  as.rules.wellKnown = "/.well-known/openid-configuration";
  const redirect = { redirectUri: "http://localhost:3000/callback", open: async () => undefined };
  const { refusal } = going(server.url, { fetch, redirect });
  assert.match(await refusal(), /The sign-in failed|not finished/);
  assert.equal(as.asked("/register").length, 1);
});

test("a server without any metadata is its own authorization server, as in 2025-03-26", async (t) => {
  const { server, redirect } = await authorized(t, { server: { metadataAt: [] } });
  const asked = [];
  const fetch = (url, init) => (asked.push(new URL(url).pathname), globalThis.fetch(url, init));
  const { refusal } = going(server.url, { fetch, redirect });
  assert.match(await refusal(), /could not be registered with http:.*: HTTP status 404/);
  assert.equal(asked.at(-1), "/register");
});

test("other challenges beside it, quoted commas and a header in pieces do no harm", async (t) => {
  const as = await authorizationServer();
  t.after(() => as.close());
  for (const said of [
    'Negotiate abc==, Basic realm="a, b", Bearer realm="x\\"y", scope="one two"',
    'bearer error=invalid_token,scope="one two" , Digest scope="no"',
  ]) {
    const { redirect, server } = await authorized(t);
    const fetch = async (url, init) => {
      const response = await globalThis.fetch(url, init);
      if (response.status !== 401) return response;
      return new Response(null, { status: 401, headers: { "www-authenticate": said } });
    };
    assert.equal(await going(server.url, { fetch, redirect }).post(), 200);
    assert.equal(redirect.opened[0].searchParams.get("scope"), "one two");
  }
});
