// What an authorization server says of itself (RFC 8414, OpenID Connect Discovery).
import type { AuthorizationServer } from "oauth4webapi";
import { checkedUrl } from "./addresses.js";
import type { Context } from "./context.js";
import { type Document, documentAt, wellKnown } from "./documents.js";
import { Refusal } from "./refusal.js";
import type { ProtectedResource } from "./resource.js";

const ENDPOINTS = {
  authorization_endpoint: "The authorization endpoint",
  token_endpoint: "The token endpoint",
  registration_endpoint: "The registration endpoint",
};

/**
 * Finds the metadata of the server that authorizes. Throws when there is none, when it is another server's, and when an
 * endpoint is an address that must not be asked.
 */
export async function authorizationServer(
  context: Context,
  { issuer, legacy }: Pick<ProtectedResource, "issuer" | "legacy">,
): Promise<AuthorizationServer> {
  for (const url of candidates(new URL(issuer))) {
    const document = await documentAt(url, context);
    if (document) return serverOf(document, issuer, context.server);
  }
  if (legacy) return unspoken(issuer);
  throw new Refusal(`The authorization server ${issuer} has no metadata.`);
}

/** MCP's order: OAuth before OpenID Connect, the path after the document's name before the path in front of it. */
function candidates(issuer: URL): URL[] {
  const inserted = ["oauth-authorization-server", "openid-configuration"].map((name) =>
    wellKnown(name, issuer),
  );
  if (issuer.pathname === "/") return inserted;
  const path = issuer.pathname.replace(/\/$/, "");
  return [...inserted, new URL(`${path}/.well-known/openid-configuration`, issuer.origin)];
}

function serverOf(document: Document, issuer: string, server: URL): AuthorizationServer {
  const { issuer: named } = document;
  // RFC 8414, 3.3. As URLs, because many a server writes its origin with a slash in one place and without in another.
  if (typeof named !== "string" || !URL.canParse(named) || new URL(named).href !== new URL(issuer).href) {
    throw new Refusal(`The metadata of the authorization server ${issuer} is that of "${String(named)}".`);
  }
  for (const [name, what] of Object.entries(ENDPOINTS)) {
    if (document[name] !== undefined || name === "token_endpoint") checkedUrl(document[name], what, server);
  }
  return document as unknown as AuthorizationServer;
}

/** Where MCP 2025-03-26 has the endpoints of a server that says nothing. */
function unspoken(issuer: string): AuthorizationServer {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    code_challenge_methods_supported: ["S256"],
  };
}
