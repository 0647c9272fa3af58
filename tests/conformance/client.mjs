// What the conformance suite starts as the client: troupe's authorization, and plain requests of MCP over it. The last
// argument is the server's address; the environment says which scenario it plays.
import { Authorizer } from "../../wasm/dist/node.js";

const url = process.argv.at(-1);
const scenario = process.env.MCP_CONFORMANCE_SCENARIO;
const version = process.env.MCP_CONFORMANCE_PROTOCOL_VERSION ?? "2025-11-25";
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}");
const modern = version >= "2026-07-28";
const clientInfo = { name: "troupe", version: "0.1.0" };

/** The suite's authorization servers consent at once: they answer with a redirect to the client. */
const redirect = {
  redirectUri: "http://localhost:3000/callback",
  async open(page) {
    const { headers } = await globalThis.fetch(page, { redirect: "manual" });
    return new URL(headers.get("location"));
  },
};

function auth() {
  const {
    client_id: id,
    client_secret: secret,
    private_key_pem: pem,
    signing_algorithm: algorithm,
  } = context;
  const client = id && { id, ...(secret && { secret }), ...(pem && { key: { pem, algorithm } }) };
  const known = client && { client };
  switch (scenario) {
    case "auth/basic-cimd":
      return { redirect, clientMetadataUrl: "https://conformance-test.local/client-metadata.json" };
    case "auth/client-credentials-basic":
    case "auth/client-credentials-jwt":
      return { ...known, grant: { type: "client_credentials" } };
    case "auth/wif-jwt-bearer":
      return { ...known, grant: { type: "jwt_bearer", assertion: context.valid_jwt } };
    case "auth/enterprise-managed-authorization": {
      const {
        idp_issuer: issuer,
        idp_token_endpoint: tokenEndpoint,
        idp_client_id,
        idp_id_token: idToken,
      } = context;
      const identity = { issuer, tokenEndpoint, client: { id: idp_client_id }, idToken };
      return { ...known, grant: { type: "enterprise", identity } };
    }
    default:
      return { redirect, ...known };
  }
}

const { fetch } = new Authorizer(url, auth());
let id = 0;
let session;

async function post(message, headers) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": version,
      ...(session && { "mcp-session-id": session }),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", ...message }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${message.method}: HTTP status ${response.status}`);
  session ??= response.headers.get("mcp-session-id") ?? undefined;
  return text;
}

function request(method, params = {}) {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": clientInfo,
  };
  const headers = { "mcp-method": method, ...(params.name && { "mcp-name": params.name }) };
  return modern
    ? post({ id: ++id, method, params: { ...params, _meta } }, headers)
    : post({ id: ++id, method, params });
}

if (!modern) {
  await request("initialize", { protocolVersion: version, capabilities: {}, clientInfo });
  await post({ method: "notifications/initialized" });
}
await request("tools/list");
await request("tools/call", { name: "test-tool", arguments: {} });
