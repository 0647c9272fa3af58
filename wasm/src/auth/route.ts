// A person signs in and comes back to a route of a worker, where another isolate may take the answer.
import { type AuthorizerOptions, contextOf } from "./context.js";
import { accessKey, signInKey } from "./records.js";
import type { Redirect } from "./redirect.js";
import { Refusal } from "./refusal.js";
import type { SignIn } from "./sign-in.js";
import type { CredentialStore } from "./store.js";

const PATIENCE_MS = 120_000;
const POLL_MS = 500;

export interface RouteOptions {
  /** The route, an https URL that calls {@link finishSignIn}. */
  redirectUri: string;
  /** The `store` of `auth`: all isolates must see it. */
  store: CredentialStore;
  /** Brings the person there: by an event of a stream, say. */
  show: (url: string) => void | Promise<void>;
  /** How long to wait for the person, in milliseconds. Default: two minutes. They may also come later. */
  patienceMs?: number;
}

/**
 * Signs in by way of a route. What finishing needs is in the store, so any isolate can do it, even when nobody waits any
 * more: the next request finds the access there.
 *
 * @example
 * ```ts
 * import { type CredentialStore, finishSignIn, routeRedirect } from "troupe";
 *
 * const auth = (store: CredentialStore, show: (url: string) => void) => ({
 *   redirect: routeRedirect({ redirectUri: "https://app.example/signed-in", store, show }),
 *   store,
 * });
 * export async function route(request: Request, store: CredentialStore): Promise<Response> {
 *   await finishSignIn(request.url, auth(store, () => undefined));
 *   return new Response("You are signed in.");
 * }
 * ```
 */
export function routeRedirect({
  redirectUri,
  store,
  show,
  patienceMs = PATIENCE_MS,
}: RouteOptions): Redirect {
  return {
    redirectUri,
    keep: (state, signIn) => store.set(signInKey(state), signIn),
    async open(url) {
      const key = signInKey(url.searchParams.get("state") ?? "");
      await show(url.href);
      for (let waited = 0; waited < patienceMs; waited += POLL_MS) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        if ((await store.get(key)) === undefined) return undefined;
      }
      throw new Refusal("Nobody has finished it so far.");
    },
  };
}

/**
 * Takes the answer to a sign-in that {@link routeRedirect} began, on this host or another one, and puts the access into
 * the store. `auth` is that of the server. Each sign-in can be finished once. Rejects with a TroupeError
 * `authentication` when the answer belongs to none, or is refused. Who gives the address must be who asked to sign in:
 * an application with more than one user binds the `state` to the user's session before it shows the page.
 */
export async function finishSignIn(
  callback: string,
  auth: AuthorizerOptions & { store: CredentialStore },
): Promise<void> {
  const { store } = auth;
  const url = new URL(callback);
  const key = signInKey(url.searchParams.get("state") ?? "");
  const signIn = (await store.get(key)) as SignIn | undefined;
  if (!signIn)
    throw new Refusal("There is no sign-in that this is the answer to, or it is finished already.");
  const context = contextOf(signIn.server, auth);
  try {
    const access = await (await import("./renewal.js")).accessAfter(signIn, url, context);
    await store.set(accessKey(context.server), access);
  } finally {
    await store.delete(key);
  }
}
