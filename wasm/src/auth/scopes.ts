// Which scopes are asked for.
import type { AuthorizationServer } from "oauth4webapi";
import type { Challenge } from "./challenge.js";
import type { Access } from "./records.js";
import type { ProtectedResource } from "./resource.js";

/**
 * MCP's rules: what the challenge names, else all that the resource knows, else nothing, so that the authorization server
 * chooses. What was had before is kept when more is asked for.
 */
export function scopesFor(
  challenge: Challenge,
  resource: Pick<ProtectedResource, "scopes">,
  before: Pick<Access, "scope"> | undefined,
): string[] {
  return [...new Set([...(before?.scope ?? []), ...(challenge.scope ?? resource.scopes ?? [])])];
}

/** Whether asking for `scope` could bring more than there is. */
export function isWider(scope: readonly string[], before: Pick<Access, "scope">): boolean {
  return scope.some((each) => !before.scope.includes(each));
}

/** With what a person is asked for beside it, so that they need not be asked again. Alone it would shut all else out. */
export function withOfflineAccess(
  scope: readonly string[],
  { scopes_supported }: AuthorizationServer,
): string[] {
  const offline = scope.length > 0 && scopes_supported?.includes("offline_access");
  return offline ? [...new Set([...scope, "offline_access"])] : [...scope];
}
