// What each scenario of the conformance suite wants a client to do. The same in Node, in workerd and in a browser.

/** What is done where a scenario wants nothing else. */
async function listAndCall(server, tool, args) {
  await server.tools();
  await server.call(tool, args);
}

const scenarios = {
  initialize: (server) => server.tools(),
  "request-metadata": async (server) => {
    await server.about();
    await server.tools();
  },
  "json-schema-ref-no-deref": (server) => server.tools(),
  tools_call: (server) => listAndCall(server, "add_numbers", { a: 5, b: 3 }),
  "elicitation-sep1034-client-defaults": (server) =>
    server.call("test_client_elicitation_defaults", {}, { elicit: withDefaults }),
  "sse-retry": (server) => listAndCall(server, "test_reconnection", {}),
  "http-standard-headers": async (server) => {
    const [tool] = await server.tools();
    await server.call(tool.name, {});
    const [resource] = await server.resources();
    await server.read(resource.uri);
    const [prompt] = await server.prompts();
    await server.prompt(prompt.name);
  },
  "http-custom-headers": async (server, { toolCalls }) => {
    await server.tools();
    for (const { name, arguments: args } of toolCalls) await server.call(name, args);
  },
  "http-invalid-tool-headers": (server) => listAndCall(server, "valid_tool", { region: "us-west1" }),
  "sep-2322-client-request-state": async (server) => {
    const elicit = () => ({ action: "accept", content: { confirmed: true } });
    for (const name of ["echo_state", "no_state", "unrelated", "no_result_type"])
      await server.call(`test_mrtr_${name}`, {}, { elicit });
  },
  "json-schema-2020-12-preservation": async (server) => {
    const tools = await server.tools();
    const { inputSchema } = tools.find(({ name }) => name === "json_schema_2020_12_tool");
    await server.call("json_schema_echo", { schema: inputSchema });
  },
};

function withDefaults({ requestedSchema }) {
  const defaults = Object.entries(requestedSchema.properties).map(([name, { default: value }]) => [
    name,
    value,
  ]);
  return {
    action: "accept",
    content: Object.fromEntries(defaults.filter(([, value]) => value !== undefined)),
  };
}

/** The suite's authorization servers consent at once: they answer with a redirect to the client. */
const redirect = {
  redirectUri: "http://localhost:3000/callback",
  async open(page) {
    // Pages may not see where a redirect leads; the proxy of their host says it.
    const inPage = globalThis.document !== undefined;
    const init = inPage ? { headers: { "x-redirect-as-text": "1" } } : { redirect: "manual" };
    const response = await globalThis.fetch(page, init);
    return new URL(inPage ? await response.text() : response.headers.get("location"));
  },
};

function authOf(scenario, context) {
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

/** Plays the scenario that the environment names. Rejects when the client fails, which some scenarios want. */
export async function play(createTroupe, url, env) {
  const scenario = env.MCP_CONFORMANCE_SCENARIO;
  const context = JSON.parse(env.MCP_CONFORMANCE_CONTEXT ?? "{}");
  const era = (env.MCP_CONFORMANCE_PROTOCOL_VERSION ?? "2025-11-25") >= "2026-07-28" ? "modern" : "legacy";
  const auth = scenario.startsWith("auth/") ? { auth: authOf(scenario, context) } : {};
  const troupe = await createTroupe({ servers: { tested: { url, era, ...auth } } });
  try {
    const act = scenarios[scenario] ?? ((server) => listAndCall(server, "test-tool", {}));
    await act(troupe.server("tested"), context);
  } finally {
    await troupe.dispose();
  }
}
