// How a client shows at the token endpoint who it is (RFC 6749, 2.3; RFC 7523, 2.2).
import { type ClientAuth, ClientSecretPost, None, PrivateKeyJwt } from "oauth4webapi";
import type { Secret } from "../options.js";
import type { RegisteredClient, SigningKey } from "./options.js";
import type { Identity } from "./records.js";
import { Refusal } from "./refusal.js";

/** A client's proof, and what of it must not be quoted. */
export interface Proof {
  show: ClientAuth;
  secrets: string[];
}

const CURVES = { ES256: "P-256", ES384: "P-384", ES512: "P-521" };
const HASHES = {
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  PS256: { name: "RSA-PSS", hash: "SHA-256" },
};

/** The proof of `identity`; its secret or key is in `given`, unless the authorization server made it. */
export async function proofOf(identity: Identity, given: RegisteredClient | undefined): Promise<Proof> {
  if (identity.method === "none") return { show: None(), secrets: [] };
  if (identity.method === "private_key_jwt") return { show: await signed(given?.key), secrets: [] };
  const secret = identity.secret ?? (await revealed(given?.secret, "The client's secret"));
  if (identity.method === "client_secret_post") return { show: ClientSecretPost(secret), secrets: [secret] };
  const basic = basicOf(identity.id, secret);
  const show: ClientAuth = (_as, _client, _body, headers) => headers.set("authorization", `Basic ${basic}`);
  return { show, secrets: [secret, basic] };
}

/** A secret of the options. Throws when it cannot be had. */
export async function revealed(secret: Secret | undefined, what: string): Promise<string> {
  try {
    const value = typeof secret === "function" ? await secret() : secret;
    if (value) return value;
  } catch (error) {
    throw new Refusal(`${what} could not be had: the application's function for it failed.`, error);
  }
  throw new Refusal(`${what} is missing.`);
}

/**
 * Both parts are encoded as RFC 6749, 2.3.1 says, but for "-", "_" and ".": the library encodes these too, as is allowed,
 * and many servers do not decode what needs no encoding.
 */
function basicOf(id: string, secret: string): string {
  return btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`);
}

async function signed(key: SigningKey | undefined): Promise<ClientAuth> {
  if (!key) throw new Refusal("The client's key is missing.");
  const pem = await revealed(key.pem, "The client's key");
  const { algorithm, kid } = key;
  const parameters =
    algorithm in CURVES
      ? { name: "ECDSA", namedCurve: CURVES[algorithm as keyof typeof CURVES] }
      : (HASHES[algorithm as keyof typeof HASHES] ?? { name: "Ed25519" });
  try {
    const base64 = pem.replace(/-----[^-]+-----|\s/g, "");
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const imported = await crypto.subtle.importKey("pkcs8", bytes, parameters, false, ["sign"]);
    return PrivateKeyJwt({ key: imported, ...(kid !== undefined && { kid }) });
  } catch {
    throw new Refusal(`The client's key is no ${algorithm} key in PKCS #8 as PEM.`);
  }
}
