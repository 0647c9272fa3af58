// What the host adds to requests and the engine never sees.
import { TroupeError, sentenceOf } from "../errors.js";
import type { Secret } from "../options.js";

/** The headers that stand behind one name of a credential. */
export type Credential = Readonly<Record<string, Secret>>;

/** Headers with the secrets filled in, and what must not be quoted. */
export interface Revealed {
  headers: Headers | Record<string, string>;
  secrets: string[];
}

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
): Promise<Revealed> {
  if (!credential) return { headers: plain, secrets: [] };
  const headers = new Headers(plain);
  const secrets: string[] = [];
  for (const [header, secret] of Object.entries(credential)) {
    const value: unknown = typeof secret === "string" ? secret : await fetched(secret, name);
    if (typeof value !== "string" || /^Bearer (undefined|null)?$/.test(value)) {
      throw new TroupeError(
        "authentication",
        `The credential "${name}" gave nothing for the header "${header}". Is its environment variable set?`,
      );
    }
    secrets.push(value, value.replace(/^(Bearer|Basic) /, ""));
    try {
      headers.set(header, value);
    } catch {
      throw new TroupeError(
        "invalid_input",
        `The credential "${name}" cannot be sent in the header "${header}": a header takes no line breaks and no such characters.`,
      );
    }
  }
  return { headers, secrets };
}

async function fetched(secret: () => string | Promise<string>, name: string): Promise<string> {
  try {
    return await secret();
  } catch (error) {
    throw new TroupeError(
      "authentication",
      `The credential "${name}" could not be had: ${sentenceOf(error)}`,
    );
  }
}
