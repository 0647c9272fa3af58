// A person signs in: the authorization code grant with PKCE (RFC 6749, 4.1; RFC 7636).
import * as oauth from "oauth4webapi";
import { clientAt } from "./client.js";
import type { Context } from "./context.js";
import { newKey } from "./proof.js";
import { type Access, type Identity, keptAccess } from "./records.js";
import type { Redirect } from "./redirect.js";
import { Refusal, refusalOf } from "./refusal.js";
import { withOfflineAccess } from "./scopes.js";
import { accessFor } from "./token.js";

/** What access is wanted for. */
export interface Target {
  as: oauth.AuthorizationServer;
  resource: string;
  scope: string[];
  dpop: boolean;
}

/** A sign-in that waits for its answer: JSON, so that another host can take it. It holds secrets. */
export interface SignIn {
  server: string;
  as: oauth.AuthorizationServer;
  client: Identity;
  resource: string;
  scope: string[];
  redirectUri: string;
  state: string;
  verifier: string;
  key?: JsonWebKey;
}

/** Lets a person sign in. Rejects when they do not. `before` is the access that there was. */
export async function signedIn(
  target: Target,
  context: Context,
  before: Access | undefined,
): Promise<Access> {
  const { redirect: given } = context.options;
  if (!given) {
    throw new Refusal(
      'It wants a person to sign in: give "auth" a "redirect", or a "grant" that needs no person.',
    );
  }
  checkPkce(target.as);
  const redirect = typeof given === "function" ? await given() : given;
  try {
    const signIn = await begun(target, context, redirect, before);
    await redirect.keep?.(signIn.state, signIn);
    const callback = await redirect.open(await addressOf(signIn));
    return callback ? await accessAfter(signIn, callback, context) : await broughtBy(context, before);
  } catch (error) {
    throw refusalOf("The sign-in failed", error);
  } finally {
    await redirect.close?.();
  }
}

/** The access that an answer brings. Throws when it is not the one that is waited for. */
export async function accessAfter(signIn: SignIn, callback: URL, context: Context): Promise<Access> {
  const { as, client, resource, scope, redirectUri, state, verifier, key } = signIn;
  let code: string;
  try {
    // The state, and the issuer by RFC 9207: compared as they are written, before anything goes to the token endpoint.
    code = oauth.validateAuthResponse(as, { client_id: client.id }, callback, state).get("code") ?? "";
  } catch (error) {
    throw refusalOf("The answer to the sign-in was refused", error, [
      callback.searchParams.get("code") ?? "",
      state,
    ]);
  }
  const parameters = { code, redirect_uri: redirectUri, code_verifier: verifier };
  const grant = "authorization_code";
  const request = { as, client, resource, scope, grant, parameters, saysScope: false, ...(key && { key }) };
  return accessFor(request, context);
}

/** OAuth 2.1 has no sign-in without PKCE, and MCP none with a server that does not say that it knows S256. */
function checkPkce({
  issuer,
  authorization_endpoint,
  code_challenge_methods_supported,
}: oauth.AuthorizationServer) {
  if (!authorization_endpoint)
    throw new Refusal(`The authorization server ${issuer} has no page to sign in.`);
  if (code_challenge_methods_supported?.includes("S256")) return;
  throw new Refusal(
    `The authorization server ${issuer} does not say that it knows PKCE with S256: not used.`,
  );
}

async function begun(
  { as, resource, scope, dpop }: Target,
  context: Context,
  { redirectUri }: Redirect,
  before: Access | undefined,
): Promise<SignIn> {
  return {
    server: context.server.href,
    as,
    client: await clientAt(as, context, redirectUri, before),
    resource,
    scope: withOfflineAccess(scope, as),
    redirectUri,
    state: oauth.generateRandomState(),
    verifier: oauth.generateRandomCodeVerifier(),
    ...(dpop && { key: await newKey() }),
  };
}

async function addressOf({
  as,
  client,
  resource,
  scope,
  redirectUri,
  state,
  verifier,
}: SignIn): Promise<URL> {
  const url = new URL(as.authorization_endpoint!);
  const parameters = {
    response_type: "code",
    client_id: client.id,
    redirect_uri: redirectUri,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    resource,
    ...(scope.length > 0 && { scope: scope.join(" ") }),
    // OpenID Connect Core, 11: without it some servers give no refresh token.
    ...(scope.includes("offline_access") && { prompt: "consent" }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

/** What another host put into the store. */
async function broughtBy(context: Context, before: Access | undefined): Promise<Access> {
  const access = await keptAccess(context);
  if (access && access.token !== before?.token) return access;
  throw new Refusal("It was not finished on the host that took the answer.");
}
