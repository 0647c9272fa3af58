// What an application says of how a server's requests are authorized.
import type { Secret } from "../options.js";
import type { Redirect } from "./redirect.js";
import type { CredentialStore } from "./store.js";

/**
 * OAuth 2.1 for one server, as MCP's authorization has it. Nothing is asked of anybody before the server demands it.
 * The authorization server, its endpoints and the scopes are found out from what the MCP server says.
 *
 * @example
 * ```ts
 * import { createTroupe, fileCredentials, loopbackRedirect } from "troupe";
 *
 * const redirect = loopbackRedirect({ show: (url) => console.error(`Sign in: ${url}`) });
 * const troupe = await createTroupe({
 *   servers: {
 *     tickets: { url: "https://tickets.example/mcp", auth: { redirect, store: fileCredentials() }, timeoutMs: 300_000 },
 *   },
 * });
 * ```
 */
export interface OAuthOptions {
  /**
   * How a person signs in: the redirect itself, or what begins one for each sign-in. Requests wait for the person, at
   * most the server's `timeoutMs`. Without a redirect only a `grant` can authorize.
   */
  redirect?: Redirect | (() => Promise<Redirect>);
  /** A grant that needs no person. Default: the authorization code of a person who signs in (RFC 6749, 4.1). */
  grant?: Grant;
  /** The client, where it is registered already. Goes before the other kinds of registration. */
  client?: RegisteredClient;
  /**
   * Where the client's metadata document lies, an https URL: the client's name at authorization servers that take one.
   * Else the client registers itself (RFC 7591), where the authorization server lets it.
   */
  clientMetadataUrl?: string;
  /** What people read when they are asked to consent to a client that registered itself. Default: `troupe`. */
  clientName?: string;
  /** Binds tokens to a key of this host (RFC 9449). Default: when the MCP server demands it. */
  dpop?: boolean;
  /**
   * Keeps tokens and registrations. Servers with the same address share them: for accounts of their own give them stores
   * of their own. Default: in memory, as long as the troupe lives.
   */
  store?: CredentialStore;
}

/** A client that somebody registered by hand with one authorization server. */
export interface RegisteredClient {
  id: string;
  /** None: a public client. */
  secret?: Secret;
  /** Signs assertions in place of a secret (`private_key_jwt`, RFC 7523). */
  key?: SigningKey;
  /**
   * The authorization server that knows it. A server that names another one is refused. Default: the first one that the
   * server names.
   */
  issuer?: string;
}

/** A private key. */
export interface SigningKey {
  /** In PKCS #8, as PEM. */
  pem: Secret;
  algorithm: "ES256" | "ES384" | "ES512" | "RS256" | "PS256" | "EdDSA";
  /** Which of the client's keys it is. */
  kid?: string;
}

export type Grant =
  /** The client acts for itself (RFC 6749, 4.4). */
  | { type: "client_credentials" }
  /** A workload's identity: a token that its platform signed (RFC 7523, 2.1), made anew for each request. */
  | { type: "jwt_bearer"; assertion: Secret }
  /** The company's sign-in vouches for the person: RFC 8693 at the identity provider, then RFC 7523. */
  | { type: "enterprise"; identity: EnterpriseIdentity };

/** A person as an identity provider knows them. */
export interface EnterpriseIdentity {
  issuer: string;
  /** Default: what the issuer's metadata says. */
  tokenEndpoint?: string;
  /** This client as the identity provider knows it. */
  client: RegisteredClient;
  /** The person's OpenID Connect token. */
  idToken: Secret;
}
