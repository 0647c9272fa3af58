// From a demand to access. Loaded when the first server demands something, and the OAuth library with it.
import type { AuthorizationServer } from "oauth4webapi";
import type { Challenge } from "./challenge.js";
import type { Context } from "./context.js";
import { authorizationServer } from "./issuer.js";
import { grantedTo } from "./machine.js";
import { type Access, accessKey } from "./records.js";
import { protectedResource } from "./resource.js";
import { isWider, scopesFor } from "./scopes.js";
import { signedIn } from "./sign-in.js";
import { accessFor } from "./token.js";

export { fetchBound } from "./proof.js";
export { accessAfter } from "./sign-in.js";

/**
 * New access, and puts it into the store; nothing, if there is all that a new one could bring. The server is asked anew
 * who authorizes it: that may have changed. `before` is the access that was refused. Throws a Refusal.
 */
export async function renewed(
  challenge: Challenge,
  context: Context,
  before: Access | undefined,
): Promise<Access | undefined> {
  const resource = await protectedResource(context, challenge);
  const as = await authorizationServer(context, resource);
  // Another authorization server takes nothing that this one gave.
  const mine = before?.issuer === as.issuer && before.resource === resource.resource ? before : undefined;
  const scope = scopesFor(challenge, resource, mine);
  if (challenge.status === 403 && mine && !isWider(scope, mine)) return undefined;
  // A refresh brings no more scopes than there were (RFC 6749, 6). If it fails, whoever authorized does so again.
  if (challenge.status === 401 && mine && !isWider(challenge.scope ?? [], mine)) {
    const again = await refreshedAt(as, context, mine).catch(() => undefined);
    if (again) return again;
  }
  const { grant, dpop = resource.dpop } = context.options;
  const target = { as, resource: resource.resource, scope, dpop };
  const access = await (grant
    ? grantedTo(grant, target, context, before)
    : signedIn(target, context, before));
  return kept(access, context);
}

/** The same access with a new token (RFC 6749, 6); nothing, if there is no refresh token. Throws a Refusal. */
export async function refreshed(context: Context, before: Access): Promise<Access | undefined> {
  if (before.refresh === undefined) return undefined;
  return refreshedAt(await authorizationServer(context, before), context, before);
}

async function refreshedAt(
  as: AuthorizationServer,
  context: Context,
  before: Access,
): Promise<Access | undefined> {
  const { refresh, client, resource, scope, key } = before;
  if (refresh === undefined) return undefined;
  const parameters = { refresh_token: refresh };
  const request = { as, client, resource, scope, grant: "refresh_token", parameters, saysScope: false };
  const access = await accessFor({ ...request, ...(key && { key }) }, context);
  // A server that rotates gives a new refresh token, and takes the old one no more; else the old one stays.
  return kept({ refresh, ...access }, context);
}

async function kept(access: Access, { store, server }: Context): Promise<Access> {
  await store.set(accessKey(server), access);
  return access;
}
