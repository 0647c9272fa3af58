// The token endpoint: what a grant brings (RFC 6749, 5).
import * as oauth from "oauth4webapi";
import { proofOf } from "./client-auth.js";
import { type Context, PATIENCE_MS } from "./context.js";
import { handleOf } from "./proof.js";
import { type Access, type Identity, registrationKey } from "./records.js";
import { refusalOf } from "./refusal.js";

/** What is asked for, of whom, and as whom. */
export interface TokenRequest {
  as: oauth.AuthorizationServer;
  client: Identity;
  resource: string;
  scope: readonly string[];
  /** The key that the token is to be bound to. */
  key?: JsonWebKey;
  grant: string;
  /** Of this grant. All are secret. */
  parameters: Record<string, string>;
  /** Whether the scope is said. A code has its own already. Default: true. */
  saysScope?: boolean;
}

/** Parameters that may be quoted. */
const PLAIN = ["redirect_uri", "requested_token_type", "subject_token_type", "audience"];

/** Asks for access. A redirect is not followed, whereto ever. Throws sentences that hold no secret. */
export async function accessFor(request: TokenRequest, context: Context): Promise<Access> {
  const { as, client, resource, scope, key } = request;
  const answer = await tokenFor(request, context);
  const granted = answer.scope?.split(" ").filter(Boolean);
  return {
    issuer: as.issuer,
    resource,
    client,
    // RFC 6749, 5.1: what is not said is as it was asked for.
    scope: granted ?? [...scope],
    token: answer.access_token,
    type: answer.token_type === "dpop" ? "dpop" : "bearer",
    ...(answer.refresh_token !== undefined && { refresh: answer.refresh_token }),
    ...(answer.expires_in !== undefined && { expires: context.now() + answer.expires_in * 1000 }),
    ...(key && answer.token_type === "dpop" && { key }),
  };
}

/** The token endpoint's answer, as it is. */
export async function tokenFor(
  { as, client, resource, scope, key, grant, parameters, saysScope = true }: TokenRequest,
  { fetch, options, store }: Context,
  given = options.client,
): Promise<oauth.TokenEndpointResponse> {
  const { show, secrets } = await proofOf(client, given);
  const all = { resource, ...(saysScope && scope.length > 0 && { scope: scope.join(" ") }), ...parameters };
  const wire: oauth.TokenEndpointRequestOptions = {
    // The endpoint was checked: it is https, or on this machine.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: (url, init) => fetch(url, init as RequestInit),
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(key && { DPoP: await handleOf(key) }),
  };
  const ask = async () => {
    const who = { client_id: client.id };
    const response = await oauth.genericTokenEndpointRequest(as, who, show, grant, all, wire);
    // RFC 8693, 2.2.1: what is no access token has the type N_A.
    const recognizedTokenTypes = { n_a: () => undefined };
    return oauth.processGenericTokenEndpointResponse(as, who, response, { recognizedTokenTypes });
  };
  try {
    // The server's nonce is known after the first refusal (RFC 9449, 8).
    return await ask().catch((error) => (oauth.isDPoPNonceError(error) ? ask() : Promise.reject(error)));
  } catch (error) {
    // It does not know the client any more: the next time there is a new one.
    const { error: code, status } = error as { error?: unknown; status?: unknown };
    if (code === "invalid_client" || status === 401) await store.delete(registrationKey(as.issuer));
    const quoted = Object.entries(parameters).filter(([name]) => !PLAIN.includes(name));
    secrets.push(...quoted.map(([, value]) => value));
    throw refusalOf(`The authorization server ${as.issuer} gave no token`, error, secrets);
  }
}
