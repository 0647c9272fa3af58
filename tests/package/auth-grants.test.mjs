import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { memoryCredentials } from "troupe";
import { authorizationServer, partsOf } from "../standin/authorization.mjs";
import { authorized, going } from "./support/authorized.mjs";

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const nobody = { redirect: undefined };

test("a client acts for itself with its secret, and gets a new token when the old one has ended", async (t) => {
  const metadata = { token_endpoint_auth_methods_supported: ["client_secret_post"] };
  const clients = [{ id: "robot", secret: "s3cret", method: "client_secret_post" }];
  const auth = {
    ...nobody,
    client: { id: "robot", secret: "s3cret" },
    grant: { type: "client_credentials" },
  };
  const { as, server, post } = await authorized(t, {
    as: { metadata, clients },
    server: { scope: "a b" },
    auth,
  });
  assert.equal(await post(), 200);
  as.refreshes.clear();
  as.tokens.clear();
  assert.equal(await post(), 200);
  const { form } = as.asked("/token").at(-1);
  assert.deepEqual([form.grant_type, form.scope, form.resource], ["client_credentials", "a b", server.url]);
});

test("a client signs with its key, of any kind, for this authorization server", async (t) => {
  for (const [algorithm, type, options] of [
    ["ES256", "ec", { namedCurve: "P-256" }],
    ["RS256", "rsa", { modulusLength: 2048 }],
  ]) {
    const { publicKey, privateKey } = generateKeyPairSync(type, options);
    const pem = privateKey.export({ type: "pkcs8", format: "pem" });
    const clients = [{ id: "robot", key: publicKey, method: "private_key_jwt" }];
    const key = { pem: async () => pem, algorithm, kid: "k1" };
    const auth = { ...nobody, client: { id: "robot", key }, grant: { type: "client_credentials" } };
    const { as, post } = await authorized(t, { as: { clients }, auth });
    assert.equal(await post(), 200, algorithm);
    const { header, claims } = partsOf(as.asked("/token")[0].form.client_assertion);
    assert.deepEqual([header.alg, header.kid, claims.aud], [algorithm, "k1", as.issuer]);
  }
  const key = { pem: "not a key", algorithm: "ES256" };
  const auth = { ...nobody, client: { id: "robot", key }, grant: { type: "client_credentials" } };
  assert.match(await (await authorized(t, { auth })).refusal(), /no ES256 key in PKCS #8 as PEM\.$/);
});

test("a workload's platform vouches for it, and a refusal is not tried in another way", async (t) => {
  let made = 0;
  const grants = { [JWT_BEARER]: ({ resource }) => ({ scope: "", resource }) };
  const grant = { type: "jwt_bearer", assertion: () => `workload-token-${++made}` };
  const auth = { ...nobody, client: { id: "workload" }, grant };
  const as = { clients: [{ id: "workload" }], grants };
  const good = await authorized(t, { as, auth });
  assert.equal(await good.post(), 200);
  const [{ form }] = good.as.asked("/token");
  assert.deepEqual(
    [form.grant_type, form.assertion, form.client_id],
    [JWT_BEARER, "workload-token-1", "workload"],
  );

  const refuses = {
    [JWT_BEARER]: { error: "invalid_grant", error_description: "workload-token-2 is too old" },
  };
  const bad = await authorized(t, { as: { ...as, refuses }, auth });
  assert.match(await bad.refusal(), /invalid_grant \(\[secret\] is too old\)/);
  assert.equal(bad.as.asked("/token").length, 1);
});

test("a company's sign-in vouches for a person at the server's authorization server", async (t) => {
  const vouch = ({ audience, resource }) => ({
    access_token: `jag for ${audience} ${resource}`,
    issued_token_type: "urn:ietf:params:oauth:token-type:id-jag",
    token_type: "N_A",
  });
  const idp = await authorizationServer({ clients: [{ id: "at-idp" }], grants: { [TOKEN_EXCHANGE]: vouch } });
  t.after(() => idp.close());
  let issuer;
  const take = ({ assertion, resource }) =>
    assertion === `jag for ${issuer} ${resource}` ? { scope: "a", resource } : { error: "invalid_grant" };
  const clients = [{ id: "at-as", secret: "s", method: "client_secret_basic" }];
  const metadata = { token_endpoint_auth_methods_supported: ["client_secret_basic"] };
  for (const tokenEndpoint of [undefined, `${idp.issuer}/token`]) {
    const identity = { issuer: idp.issuer, client: { id: "at-idp" }, idToken: async () => "the person" };
    const grant = { type: "enterprise", identity: { ...identity, ...(tokenEndpoint && { tokenEndpoint }) } };
    const auth = { ...nobody, client: { id: "at-as", secret: "s" }, grant };
    const given = { as: { clients, metadata, grants: { [JWT_BEARER]: take } }, server: { scope: "a" }, auth };
    const { as, post } = await authorized(t, given);
    issuer = as.issuer;
    assert.equal(await post(), 200);
    const { form } = idp.asked("/token").at(-1);
    assert.deepEqual(
      [form.subject_token, form.subject_token_type, form.requested_token_type, form.scope],
      [
        "the person",
        "urn:ietf:params:oauth:token-type:id_token",
        "urn:ietf:params:oauth:token-type:id-jag",
        "a",
      ],
    );
  }
});

test("a grant without a client says that it needs one", async (t) => {
  const { refusal } = await authorized(t, { auth: { ...nobody, grant: { type: "client_credentials" } } });
  assert.match(await refusal(), /The grant "client_credentials" needs a "client" with its "id"/);
});

test("tokens are bound to a key where the server demands it, with a fresh proof for each request", async (t) => {
  for (const server of [{ scheme: "DPoP" }, { metadata: { dpop_bound_access_tokens_required: true } }]) {
    const { as, server: mcp, post } = await authorized(t, { server });
    assert.deepEqual([await post(), await post()], [200, 200]);
    const sent = mcp.asked("/mcp").map(({ headers }) => headers.authorization?.split(" ")[0]);
    assert.deepEqual(sent, [undefined, "DPoP", "DPoP"]);
    as.tokens.clear();
    assert.equal(await post(), 200);
    assert.equal(as.asked("/token").at(-1).form.grant_type, "refresh_token");
  }
});

test("nonces of both servers are taken up, and the key is kept with the token", async (t) => {
  const store = memoryCredentials();
  const { as, server, post } = await authorized(t, {
    as: { nonce: "from-as" },
    server: { scheme: "DPoP", nonce: "from-server" },
    auth: { store },
  });
  assert.equal(await post(), 200);
  assert.equal(as.asked("/token").length, 2);
  server.rules.nonce = "from-server-2";
  assert.equal(await post(), 200);
  assert.equal(await going(server.url, { store }).post(), 200);
  assert.equal(as.asked("/authorize").length, 1);
});

test("binding can be wished", async (t) => {
  const wished = await authorized(t, { auth: { dpop: true } });
  assert.equal(await wished.post(), 200);
  assert.match(wished.server.asked("/mcp").at(-1).headers.authorization, /^DPoP /);
});
