// Grants that need no person.
import { revealed } from "./client-auth.js";
import { givenClient } from "./client.js";
import type { Context } from "./context.js";
import { authorizationServer } from "./issuer.js";
import type { EnterpriseIdentity, Grant } from "./options.js";
import { newKey } from "./proof.js";
import type { Access } from "./records.js";
import { Refusal } from "./refusal.js";
import type { Target } from "./sign-in.js";
import { type TokenRequest, accessFor, tokenFor } from "./token.js";

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
/** An assertion of the identity provider for another authorization server (MCP's enterprise-managed authorization). */
const ID_JAG = "urn:ietf:params:oauth:token-type:id-jag";

/** Gets access by a grant. A grant that is refused is not tried in another way. */
export async function grantedTo(
  grant: Grant,
  { as, resource, scope, dpop }: Target,
  context: Context,
  before: Access | undefined,
): Promise<Access> {
  const { client } = context.options;
  if (!client) throw new Refusal(`The grant "${grant.type}" needs a "client" with its "id".`);
  const key = dpop ? await newKey() : undefined;
  const common = { as, client: givenClient(client, as, before), resource, scope, ...(key && { key }) };
  return accessFor({ ...common, ...(await asked(grant, { as, resource, scope, dpop }, context)) }, context);
}

async function asked(
  grant: Grant,
  target: Target,
  context: Context,
): Promise<Pick<TokenRequest, "grant" | "parameters">> {
  switch (grant.type) {
    case "client_credentials":
      return { grant: grant.type, parameters: {} };
    case "jwt_bearer":
      return {
        grant: JWT_BEARER,
        parameters: { assertion: await revealed(grant.assertion, "The workload's assertion") },
      };
    case "enterprise":
      return { grant: JWT_BEARER, parameters: { assertion: await vouched(grant.identity, target, context) } };
  }
}

/** RFC 8693: the identity provider turns the person's token into an assertion for this authorization server. */
async function vouched(identity: EnterpriseIdentity, target: Target, context: Context): Promise<string> {
  const { issuer, tokenEndpoint, client } = identity;
  const provider = tokenEndpoint
    ? { issuer, token_endpoint: tokenEndpoint }
    : // The application names it, so it is no stranger: it may lie in the company's own network.
      await authorizationServer({ ...context, server: new URL(issuer) }, { issuer });
  const request: TokenRequest = {
    as: provider,
    client: givenClient(client, provider, undefined),
    resource: target.resource,
    scope: target.scope,
    grant: TOKEN_EXCHANGE,
    parameters: {
      requested_token_type: ID_JAG,
      subject_token_type: ID_TOKEN,
      subject_token: await revealed(identity.idToken, "The person's token"),
      audience: target.as.issuer,
    },
  };
  const { access_token: assertion, issued_token_type: type } = await tokenFor(request, context, client);
  if (type !== undefined && type !== ID_JAG) {
    throw new Refusal(`The identity provider ${issuer} gave a token of another kind than an ID-JAG.`);
  }
  return assertion;
}
