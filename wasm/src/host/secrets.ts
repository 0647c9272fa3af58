// What the host adds to requests and the engine never sees.
import { TroupeError } from "../errors.js";
import { textOf } from "../frames.js";
import type { Secret } from "../options.js";

/** The headers that stand behind one name of a credential. */
export type Credential = Readonly<Record<string, Secret>>;

/** A key as `Authorization: Bearer …` beside other headers; nothing if there is nothing to add. */
export function credentialOf(
  key: Secret | undefined,
  headers: Credential | undefined,
): Credential | undefined {
  const bearer = typeof key === "function" ? async () => `Bearer ${await key()}` : `Bearer ${key}`;
  const credential = { ...headers, ...(key !== undefined && { authorization: bearer }) };
  return Object.keys(credential).length > 0 ? credential : undefined;
}

/** Adds a credential to a request's headers. Throws sentences that hold no secret. */
export async function reveal(
  plain: Record<string, string>,
  name: string,
  credential: Credential | undefined,
): Promise<Headers | Record<string, string>> {
  if (!credential) return plain;
  const headers = new Headers(plain);
  for (const [header, secret] of Object.entries(credential)) {
    const value: unknown = typeof secret === "string" ? secret : await fetched(secret, name);
    if (typeof value !== "string" || /^Bearer (undefined|null)?$/.test(value)) {
      throw new TroupeError(
        "authentication",
        `The credential "${name}" gave nothing for the header "${header}". Is its environment variable set?`,
      );
    }
    try {
      headers.set(header, value);
    } catch {
      throw new TroupeError(
        "invalid_input",
        `The credential "${name}" cannot be sent in the header "${header}": a header takes no line breaks and no such characters.`,
      );
    }
  }
  return headers;
}

async function fetched(secret: () => string | Promise<string>, name: string): Promise<string> {
  try {
    return await secret();
  } catch (error) {
    throw withheld(`The credential "${name}" could not be had`, error);
  }
}

/**
 * What to say where a function of the application was to give a secret and failed. Its own words may hold what it was
 * told: they are the cause, which the host's log gets and the engine does not.
 */
export function withheld(what: string, cause: unknown): TroupeError {
  const sentence = `${what}: the application's function for it failed. The log says why.`;
  return new TroupeError("authentication", sentence, { cause });
}

/** What of the headers that leave the engine does not know: whoever added it, it is not to come back. */
export function secretsAmong(
  leaving: RequestInit["headers"],
  plain: Readonly<Record<string, string>>,
): string[] {
  const known = new Headers(plain);
  const secrets: string[] = [];
  new Headers(leaving).forEach((value, name) => {
    if (known.get(name) !== value) secrets.push(...partsOf(value));
  });
  return secrets;
}

/** What of variables is secret: by their names, and passwords in addresses. */
export function secretsIn(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    const [, password] = /^[a-z][a-z\d+.-]*:\/\/[^/?#@]*:([^/?#]+)@/i.exec(value) ?? [];
    if (password !== undefined) return [value, password];
    return SECRET_NAME.test(name) ? partsOf(value) : [];
  });
}

const SECRET_NAME =
  /key|token|secret|passw|passphrase|pwd|auth(?!or)|credential|cookie|(?:^|_)(?:pass|pat)(?:_|$)/i;

/** The text, what comes after the scheme (RFC 9110, 11.4), and the password of Basic (RFC 7617). */
function partsOf(value: string): string[] {
  const [, scheme, credential] = /^([\w-]+) +(\S+)$/.exec(value) ?? [];
  if (scheme === undefined || credential === undefined) return [value];
  const parts = [value, credential];
  if (scheme.toLowerCase() === "basic") {
    const pair = decoded(credential);
    parts.push(pair, pair.slice(pair.indexOf(":") + 1));
  }
  return parts;
}

function decoded(base64: string): string {
  try {
    return textOf(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
  } catch {
    return ""; // no base64, and so nothing but itself
  }
}
