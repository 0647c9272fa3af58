// Where models and servers are, and what is sent there and kept here.
import type { Configured } from "./configuration.js";
import { TroupeError } from "./errors.js";
import type { Credential } from "./host/secrets.js";
import { onlyText } from "./names.js";

/**
 * Throws for what is no address of the web, and for one with a name and a password in it: addresses stand in sentences, logs
 * and journals.
 */
export function onlyAddress(whose: string, url: unknown): void {
  onlyText(`${whose}: its "url"`, url);
  if (/^[a-z][a-z+.-]*:\/\/[^/?#]*@/i.test(url))
    throw new TroupeError(
      "invalid_input",
      `${whose} has a user or a password in its "url". Give them as headers: { authorization: "Basic …" }.`,
    );
  if (!/^https?:\/\/[^/?#]/i.test(url))
    throw new TroupeError(
      "invalid_input",
      `${whose} has the "url" ${JSON.stringify(url)}, which is no address: it begins with http:// or https://.`,
    );
}

/** Keeps what the engine must not see, and gives the name by which it asks for it. */
export function keep(
  name: string,
  credential: Credential | undefined,
  made: Configured,
): { credential?: string } {
  if (!credential) return {};
  made.credentials.set(name, credential);
  return { credential: name };
}
