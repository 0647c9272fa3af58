// Tokens that are bound to a key (DPoP, RFC 9449): each request proves that its sender has the key.
import * as oauth from "oauth4webapi";
import type { Fetch } from "../host/http.js";
import { challengeOf } from "./challenge.js";

const ES256 = { name: "ECDSA", namedCurve: "P-256" };

/** One for each key, because it remembers the nonces that servers gave. */
const handles = new WeakMap<JsonWebKey, oauth.DPoPHandle>();

/** A new private key, as it is kept. */
export async function newKey(): Promise<JsonWebKey> {
  const { privateKey } = await oauth.generateKeyPair("ES256", { extractable: true });
  return crypto.subtle.exportKey("jwk", privateKey);
}

/** What proves the possession of `key`. */
export async function handleOf(key: JsonWebKey): Promise<oauth.DPoPHandle> {
  const known = handles.get(key);
  if (known) return known;
  const { d: _, ...publicKey } = key;
  const pair = {
    privateKey: await imported(key, "sign"),
    publicKey: await imported(publicKey, "verify"),
  };
  const handle = oauth.DPoP({}, pair);
  handles.set(key, handle);
  return handle;
}

/** A public key has to be in each proof, so it must be one that can be read. */
function imported(key: JsonWebKey, use: "sign" | "verify"): Promise<CryptoKey> {
  return crypto.subtle.importKey("jwk", { ...key, key_ops: [use] }, ES256, use === "verify", [use]);
}

/** Sends a request with a bound token and a fresh proof; once more, when the server wants its nonce in it (section 9). */
export async function fetchBound(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  { token, key }: { token: string; key: JsonWebKey },
): Promise<Response> {
  const handle = await handleOf(key);
  const response = await fetchOnce(fetch, url, init, token, handle);
  if (challengeOf(response)?.error !== "use_dpop_nonce") return response;
  await response.body?.cancel();
  return fetchOnce(fetch, url, init, token, handle);
}

async function fetchOnce(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  token: string,
  handle: oauth.DPoPHandle,
) {
  const headers = new Headers(init.headers);
  headers.delete("authorization");
  const body = (init.body ?? undefined) as oauth.ProtectedResourceRequestBody;
  try {
    return await oauth.protectedResourceRequest(token, init.method ?? "GET", new URL(url), headers, body, {
      DPoP: handle,
      // Only addresses that were checked come here: https, or this machine.
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: (to, options) => fetch(to, options as RequestInit),
      ...(init.signal && { signal: init.signal }),
    });
  } catch (error) {
    if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response;
    throw error;
  }
}
