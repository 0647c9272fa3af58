// What an MCP server says of itself as a protected resource (RFC 9728): who authorizes, and for what.
import { checkedUrl } from "./addresses.js";
import type { Challenge } from "./challenge.js";
import type { Context } from "./context.js";
import { type Document, documentAt, textsOf, wellKnown } from "./documents.js";
import { Refusal } from "./refusal.js";

export interface ProtectedResource {
  /** What the `resource` parameter says (RFC 8707), as the server wrote it. */
  resource: string;
  /** The authorization server. */
  issuer: string;
  scopes?: string[];
  /** Tokens must be bound to a key (RFC 9449). */
  dpop: boolean;
  /** The server has no such metadata: it is of 2025-03-26, when it was its own authorization server. */
  legacy?: true;
}

/**
 * Finds the metadata: where the challenge says, then at the well-known place with the server's path, then at its root.
 * Throws when it is for another resource than this server.
 */
export async function protectedResource(context: Context, challenge: Challenge): Promise<ProtectedResource> {
  const { server } = context;
  // Tokens go there, and metadata comes from there (RFC 6750, 5.3).
  checkedUrl(server.href, "The server", server);
  for (const url of candidates(server, challenge)) {
    const document = await documentAt(url, context);
    if (document) return resourceOf(document, server, challenge);
  }
  return { resource: bare(server), issuer: server.origin, dpop: challenge.dpop, legacy: true };
}

/** A generator, so that a later candidate is not looked at when an earlier one does. */
function* candidates(server: URL, { metadata }: Challenge): Generator<URL> {
  if (metadata) yield checkedUrl(metadata, "The address of the server's metadata", server);
  yield wellKnown("oauth-protected-resource", server);
  if (server.pathname !== "/") yield wellKnown("oauth-protected-resource", server, "");
}

function resourceOf(document: Document, server: URL, { dpop }: Challenge): ProtectedResource {
  const { resource } = document;
  if (typeof resource !== "string" || !covers(resource, server)) {
    // RFC 9728, 3.3: else a token for one server would be given to another.
    throw new Refusal(
      `The server's metadata is for the resource "${String(resource)}", not for ${bare(server)}.`,
    );
  }
  const [issuer] = textsOf(document.authorization_servers) ?? [];
  const scopes = textsOf(document.scopes_supported);
  return {
    resource,
    issuer: checkedUrl(issuer, "The authorization server", server) && issuer!,
    dpop: dpop || document.dpop_bound_access_tokens_required === true,
    ...(scopes && { scopes }),
  };
}

/** A resource is the server itself, or a path above it at the same origin. */
function covers(resource: string, server: URL): boolean {
  if (!URL.canParse(resource)) return false;
  const { origin, pathname } = new URL(resource);
  const above = pathname.replace(/\/$/, "");
  return origin === server.origin && (server.pathname === above || server.pathname.startsWith(`${above}/`));
}

/** The server's address as RFC 8707 wants a resource: without a fragment, and here without a lone slash. */
function bare({ origin, pathname, search }: URL): string {
  return `${origin}${pathname === "/" ? "" : pathname}${search}`;
}
