// A client that registers itself (RFC 7591).
import type { AuthorizationServer } from "oauth4webapi";
import { isNative } from "./addresses.js";
import { type AuthMethod, preferred } from "./auth-method.js";
import { type Context, PATIENCE_MS } from "./context.js";
import type { Document } from "./documents.js";
import { type Registration, registrationKey } from "./records.js";
import { Refusal, refusalOf } from "./refusal.js";

const METHODS: readonly AuthMethod[] = ["none", "client_secret_basic", "client_secret_post"];

/**
 * The registration with this authorization server: the kept one, or a new one. Registrations are kept by issuer, and made
 * anew for another redirect: not all servers take any port of the loopback address, as RFC 8252, 7.3 wants.
 */
export async function registered(
  as: AuthorizationServer,
  context: Context,
  redirectUri: string,
): Promise<Registration> {
  const { store, now } = context;
  const key = registrationKey(as.issuer);
  const kept = (await store.get(key)) as Registration | undefined;
  const ended = kept?.expires !== undefined && kept.expires <= now();
  if (kept && kept.redirectUri === redirectUri && !ended) return kept;
  const registration = await register(as, context, redirectUri);
  await store.set(key, registration);
  return registration;
}

async function register(
  as: AuthorizationServer,
  { fetch, options: { clientName = "troupe" } }: Context,
  redirectUri: string,
): Promise<Registration> {
  const method = preferred(as, METHODS);
  const body = JSON.stringify({
    client_name: clientName,
    redirect_uris: [redirectUri],
    application_type: isNative(redirectUri) ? "native" : "web",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: method,
  });
  const headers = { "content-type": "application/json", accept: "application/json" };
  const what = `The client could not be registered with ${as.issuer}`;
  let status: number;
  let answer: Document;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const init: RequestInit = { method: "POST", headers, body, redirect: "manual", signal };
    const response = await fetch(as.registration_endpoint!, init);
    status = response.status;
    answer = ((await response.json().catch(() => undefined)) ?? {}) as Document;
  } catch (error) {
    throw refusalOf(what, error);
  }
  // 201 by RFC 7591, 3.2.1; some servers say 200.
  if (status !== 201 && status !== 200) {
    throw refusalOf(what, typeof answer.error === "string" ? answer : new Error(`HTTP status ${status}.`));
  }
  return registrationOf(answer, method, redirectUri, what);
}

/** The answer says what holds; what it leaves out is as it was asked for. */
function registrationOf(
  answer: Document,
  asked: AuthMethod,
  redirectUri: string,
  what: string,
): Registration {
  const { client_id: id, client_secret: secret, client_secret_expires_at: expires } = answer;
  if (typeof id !== "string" || id === "") throw new Refusal(`${what}: the answer has no client_id.`);
  const method = (answer.token_endpoint_auth_method ?? asked) as AuthMethod;
  if (!METHODS.includes(method)) throw new Refusal(`${what}: it wants the method "${String(method)}".`);
  return {
    id,
    method,
    redirectUri,
    ...(typeof secret === "string" && method !== "none" && { secret }),
    // In seconds; 0 is never.
    ...(typeof expires === "number" && expires > 0 && { expires: expires * 1000 }),
  };
}
