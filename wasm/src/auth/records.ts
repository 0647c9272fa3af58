// What is kept: access by server, registrations by authorization server, sign-ins by state.
import type { AuthMethod } from "./auth-method.js";
import type { Context } from "./context.js";

/** What opens a server. */
export interface Access {
  /** The authorization server that gave it. */
  issuer: string;
  /** What it is for (RFC 8707). */
  resource: string;
  /** As whom it was got: refresh tokens are bound to the client. */
  client: Identity;
  /** What it allows; empty: whatever the authorization server chose. */
  scope: string[];
  token: string;
  type: "bearer" | "dpop";
  refresh?: string;
  /** Milliseconds since 1970. */
  expires?: number;
  /** The private key that it is bound to (RFC 9449). */
  key?: JsonWebKey;
}

/** A client as one authorization server knows it. The secret is here only if that server made it. */
export interface Identity {
  id: string;
  method: AuthMethod;
  secret?: string;
}

/** A client that registered itself. */
export interface Registration extends Identity {
  redirectUri: string;
  /** When the secret ends, in milliseconds since 1970. */
  expires?: number;
}

export const accessKey = (server: URL): string => `access ${server.href}`;
export const registrationKey = (issuer: string): string => `client ${issuer}`;
export const signInKey = (state: string): string => `sign-in ${state}`;

/** The access that is kept for a server. */
export async function keptAccess({
  store,
  server,
}: Pick<Context, "store" | "server">): Promise<Access | undefined> {
  const kept = (await store.get(accessKey(server))) as Access | undefined;
  // Files are edited and stores are shared: what is no access is none.
  return typeof kept?.token === "string" && typeof kept.issuer === "string" ? kept : undefined;
}
