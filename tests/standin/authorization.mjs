// An authorization server, and a protected MCP server that trusts it: both strict, both on loopback, both recording what
// they are asked. `rules` may be changed while they run.
import { createHash, createPublicKey, randomUUID, verify } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

/**
 * `rules`: `path` of the issuer, `metadata` laid over its own, `wellKnown` where that lies, `clients` by id that are known
 * beforehand, `registration` laid over what registering answers, `iss` and `answer` of redirects, `grants` that are
 * answered by functions, `refuses` by grant, `expires` in seconds, `nonce` that proofs need, `redirectsToken` elsewhere.
 */
export async function authorizationServer(rules = {}) {
  const as = {
    rules,
    requests: [],
    clients: new Map(),
    codes: new Map(),
    tokens: new Map(),
    refreshes: new Map(),
  };
  for (const client of rules.clients ?? []) as.clients.set(client.id, client);
  const proofs = new Set();
  const served = await serve(async (request) => {
    as.requests.push(request);
    const { path: prefix = "", wellKnown = `/.well-known/oauth-authorization-server${prefix}` } = rules;
    switch (request.path) {
      case wellKnown:
        return { body: metadata() };
      case `${prefix}/register`:
        return { status: 201, body: register(request.json) };
      case `${prefix}/authorize`:
        return authorize(request.query);
      case `${prefix}/token`:
        return token(request);
      default:
        return { status: 404 };
    }
  });
  as.issuer = served.origin + (rules.path ?? "");
  as.close = served.close;
  as.opened = opened;
  as.asked = (path) => as.requests.filter((request) => request.path === `${rules.path ?? ""}${path}`);
  return as;

  function metadata() {
    return {
      issuer: as.issuer,
      authorization_endpoint: `${as.issuer}/authorize`,
      token_endpoint: `${as.issuer}/token`,
      registration_endpoint: `${as.issuer}/register`,
      response_types_supported: ["code"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["none"],
      authorization_response_iss_parameter_supported: true,
      ...rules.metadata,
    };
  }

  function register(asked) {
    const method = asked.token_endpoint_auth_method;
    const id = `client-${as.clients.size + 1}`;
    const client = {
      id,
      method,
      redirects: asked.redirect_uris,
      ...(method !== "none" && { secret: `secret ${id}` }),
    };
    as.clients.set(id, client);
    return { ...asked, client_id: id, client_secret: client.secret, ...rules.registration };
  }

  function authorize(query) {
    const { client_id, redirect_uri, code_challenge, code_challenge_method, scope, resource, state } = query;
    const redirects = as.clients.get(client_id)?.redirects;
    if (redirects && !redirects.includes(redirect_uri)) return { status: 400 };
    if (code_challenge_method !== "S256" || !resource || !state) return { status: 400 };
    const code = `code-${randomUUID()}`;
    as.codes.set(code, { client_id, redirect_uri, code_challenge, scope, resource });
    const location = new URL(redirect_uri);
    const { iss = as.issuer, answer = { code } } = rules;
    const parameters = { ...answer, state, ...(iss && { iss }) };
    for (const [name, value] of Object.entries(parameters)) location.searchParams.set(name, value);
    return { status: 302, headers: { location: location.href } };
  }

  function token({ form, headers, url }) {
    if (rules.redirectsToken) return { status: 307, headers: { location: rules.redirectsToken } };
    const client = authenticated(form, headers);
    if (!client)
      return { status: 401, body: { error: "invalid_client" }, headers: { "www-authenticate": "Basic" } };
    const refusal = rules.refuses?.[form.grant_type];
    if (refusal) return { status: 400, body: refusal };
    let jkt;
    if (headers.dpop) {
      const proof = proven(headers.dpop, "POST", url, undefined);
      if (rules.nonce && proof.nonce !== rules.nonce) {
        return { status: 400, body: { error: "use_dpop_nonce" }, headers: { "dpop-nonce": rules.nonce } };
      }
      jkt = proof.jkt;
    }
    const granted = rules.grants?.[form.grant_type]?.(form, client) ?? grant(form, client);
    if (granted.error) return { status: 400, body: granted };
    if (granted.access_token) return { body: granted };
    return { body: issue({ client: client.id, ...granted, jkt }) };
  }

  function grant(
    { grant_type, code, code_verifier, redirect_uri, resource, refresh_token, scope = "" },
    { id },
  ) {
    if (grant_type === "client_credentials") return { scope, resource };
    if (grant_type === "refresh_token") {
      const before = as.refreshes.get(refresh_token);
      as.refreshes.delete(refresh_token);
      return before?.client === id ? before : { error: "invalid_grant" };
    }
    const begun = as.codes.get(code);
    as.codes.delete(code);
    const challenge = createHash("sha256").update(String(code_verifier)).digest("base64url");
    const mine =
      begun && begun.client_id === id && begun.redirect_uri === redirect_uri && begun.resource === resource;
    if (grant_type !== "authorization_code" || !mine || begun.code_challenge !== challenge) {
      return { error: "invalid_grant", error_description: `The code ${code} is not known.` };
    }
    return { scope: begun.scope ?? "", resource };
  }

  function issue(access) {
    const [token, refresh] = [`token-${randomUUID()}`, `refresh-${randomUUID()}`];
    as.tokens.set(token, access);
    as.refreshes.set(refresh, access);
    return {
      access_token: token,
      token_type: access.jkt ? "DPoP" : "Bearer",
      expires_in: rules.expires ?? 3600,
      refresh_token: refresh,
      ...(access.scope && { scope: access.scope }),
    };
  }

  function authenticated(form, { authorization = "" }) {
    const [scheme, value = ""] = authorization.split(" ");
    const [id = "", secret] =
      scheme === "Basic" ? Buffer.from(value, "base64").toString().split(":") : [form.client_id];
    const client =
      as.clients.get(decodeURIComponent(id)) ?? (id.startsWith("https:") && { id, method: "none" });
    if (!client) return undefined;
    const given = {
      client_secret_basic: () => secret !== undefined && decodeURIComponent(secret) === client.secret,
      client_secret_post: () => scheme !== "Basic" && form.client_secret === client.secret,
      private_key_jwt: () => isSigned(form.client_assertion, client.key, { iss: client.id, sub: client.id }),
      none: () => scheme !== "Basic" && form.client_secret === undefined,
    };
    return given[client.method ?? "none"]() ? client : undefined;
  }

  /** What a DPoP proof proves (RFC 9449, 4.3). Throws when it proves nothing. */
  function proven(proof, method, url, token) {
    const { header, claims } = partsOf(proof);
    const { kty, crv, x, y, d } = header.jwk;
    const wanted = {
      htm: method,
      htu: url,
      ...(token && { ath: createHash("sha256").update(token).digest("base64url") }),
    };
    const key = createPublicKey({ key: header.jwk, format: "jwk" });
    if (d || header.typ !== "dpop+jwt" || proofs.has(claims.jti) || !isSigned(proof, key, wanted))
      throw new Error("proof");
    proofs.add(claims.jti);
    const jkt = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
    return { jkt, nonce: claims.nonce };
  }

  /** The scopes that a request's token gives at a resource; undefined, if it gives none. */
  function opened({ headers, method, url }, resource) {
    const [scheme, token] = (headers.authorization ?? "").split(" ");
    const access = as.tokens.get(token);
    if (!access || access.resource !== resource || scheme !== (access.jkt ? "DPoP" : "Bearer"))
      return undefined;
    if (!access.jkt) return { scopes: access.scope.split(" ") };
    const { jkt, nonce } = proven(headers.dpop, method, url, token);
    return jkt === access.jkt ? { scopes: access.scope.split(" "), nonce } : undefined;
  }
}

/**
 * A protected MCP server of 2025-11-25 with one tool. `rules`: `as` that it trusts, `metadata` laid over its own,
 * `metadataAt` paths, `header` (true: the challenge says where the metadata is), `scope` that a challenge names,
 * `needs(message)` the scopes of one request, `scheme` of challenges, `nonce`.
 */
export async function protectedServer(rules) {
  const requests = [];
  const served = await serve((request) => {
    requests.push(request);
    const { metadataAt = ["/.well-known/oauth-protected-resource/mcp"] } = rules;
    if (metadataAt.includes(request.path)) return { body: metadata() };
    if (request.path !== "/mcp") return { status: 404 };
    const opened = rules.as.opened(request, metadata().resource);
    if (!opened) return challenge(401, rules.scope && `scope="${rules.scope}"`);
    if (rules.nonce && opened.nonce !== rules.nonce) {
      const refused = challenge(401, 'error="use_dpop_nonce"');
      return { ...refused, headers: { ...refused.headers, "dpop-nonce": rules.nonce } };
    }
    const needs = rules.needs?.(request.json) ?? [];
    if (!needs.every((scope) => opened.scopes.includes(scope))) {
      return challenge(403, `error="insufficient_scope", scope="${needs.join(" ")}"`);
    }
    return answer(request.json);
  });
  const url = `${served.origin}/mcp`;
  return {
    url,
    requests,
    rules,
    close: served.close,
    asked: (path) => requests.filter((each) => each.path === path),
  };

  function metadata() {
    return { resource: `${served.origin}/mcp`, authorization_servers: [rules.as.issuer], ...rules.metadata };
  }

  function challenge(status, ...parts) {
    const {
      metadataAt: [at] = ["/.well-known/oauth-protected-resource/mcp"],
      header,
      scheme = "Bearer",
    } = rules;
    const said = [header && `resource_metadata="${served.origin}${at}"`, ...parts].filter(Boolean).join(", ");
    return {
      status,
      headers: { "www-authenticate": `${scheme} ${said}`.trim() },
      body: { error: "refused" },
    };
  }

  function answer({ id, method, params } = {}) {
    if (id === undefined) return { status: 202 };
    const results = {
      initialize: () => ({
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "protected", version: "1" },
      }),
      "tools/list": () => ({ tools: [{ name: "open", inputSchema: { type: "object" } }] }),
      "tools/call": () => ({ content: [{ type: "text", text: "It is open." }] }),
    };
    const result = results[method]?.();
    const body = {
      jsonrpc: "2.0",
      id,
      ...(result ? { result } : { error: { code: -32601, message: "no" } }),
    };
    return { status: result ? 200 : 400, body };
  }
}

/** A browser whose person consents at once: follows to the redirect's answer, and looks at no page. */
export function consenting(redirectUri = "http://localhost:3000/callback") {
  const opened = [];
  return {
    redirectUri,
    opened,
    async open(url) {
      opened.push(url);
      const { headers, status } = await fetch(url, { redirect: "manual" });
      if (!headers.get("location")) throw new Error(`The page answers with HTTP status ${status}.`);
      return new URL(headers.get("location"));
    },
  };
}

export function partsOf(jwt) {
  const [header, claims] = String(jwt).split(".");
  const read = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
  return { header: read(header), claims: read(claims) };
}

function isSigned(jwt, key, wanted) {
  const [header, claims, signature] = String(jwt).split(".");
  const bytes = Buffer.from(`${header}.${claims}`);
  const dsaEncoding = "ieee-p1363";
  if (!verify("sha256", bytes, { key, dsaEncoding }, Buffer.from(signature ?? "", "base64url"))) return false;
  const said = partsOf(jwt).claims;
  return Object.entries(wanted).every(([name, value]) => said[name] === value);
}

async function serve(act) {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const url = new URL(request.url, origin);
    const json = request.headers["content-type"]?.includes("json") ? JSON.parse(body) : undefined;
    const { method, headers } = request;
    const form = Object.fromEntries(new URLSearchParams(json ? "" : body));
    const query = Object.fromEntries(url.searchParams);
    const asked = { method, path: url.pathname, url: origin + url.pathname, query, headers, form, json };
    let answer;
    try {
      answer = await act(asked);
    } catch (error) {
      answer = { status: 400, body: { error: "invalid_request", error_description: error.message } };
    }
    const { status = 200, headers: more = {}, body: said } = answer;
    response.writeHead(status, { "content-type": "application/json", ...more });
    response.end(said && JSON.stringify(said));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  const close = () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve)));
  return { origin, close };
}
