// As whom this host comes to an authorization server.
import type { AuthorizationServer } from "oauth4webapi";
import { type AuthMethod, preferred } from "./auth-method.js";
import type { Context } from "./context.js";
import type { RegisteredClient } from "./options.js";
import type { Access, Identity } from "./records.js";
import { Refusal } from "./refusal.js";
import { registered } from "./registration.js";

/**
 * The client at this authorization server: registered by hand, before a metadata document, before one that registers
 * itself (MCP 2026-07-28). `before` is the access that there was. Throws when none can be had.
 */
export async function clientAt(
  as: AuthorizationServer,
  context: Context,
  redirectUri: string,
  before: Access | undefined,
): Promise<Identity> {
  const { client, clientMetadataUrl } = context.options;
  if (client) return givenClient(client, as, before);
  if (clientMetadataUrl !== undefined && as.client_id_metadata_document_supported === true) {
    return { id: clientMetadataUrl, method: "none" };
  }
  if (as.registration_endpoint) return registered(as, context, redirectUri);
  throw new Refusal(
    `The authorization server ${as.issuer} registers no clients by itself: give "auth" a "client" with its "id".`,
  );
}

/** A client of the options. What one authorization server knows is not shown to another one. */
export function givenClient(
  client: RegisteredClient,
  as: AuthorizationServer,
  before: Pick<Access, "issuer" | "client"> | undefined,
): Identity {
  const issuer = client.issuer ?? (before?.client.id === client.id ? before.issuer : as.issuer);
  if (issuer !== as.issuer) {
    throw new Refusal(
      `The client "${client.id}" is registered with ${issuer}, and the server now names ${as.issuer}: not asked.`,
    );
  }
  return { id: client.id, method: methodOf(client, as) };
}

function methodOf({ secret, key }: RegisteredClient, as: AuthorizationServer): AuthMethod {
  if (key) return "private_key_jwt";
  return secret === undefined ? "none" : preferred(as, ["client_secret_basic", "client_secret_post"]);
}
