// Answers that send on. The host calls whom the configuration names, and nobody else: an address that an answer names is
// taken at the same origin alone.
import { TroupeError } from "../errors.js";

const MOST_HOPS = 3;
const REDIRECTS = [301, 302, 303, 307, 308];

/** In browsers a redirect that is not followed is opaque: they do not say where it points to. */
export function isRedirect({ type, status }: Response): boolean {
  return type === "opaqueredirect" || REDIRECTS.includes(status);
}

/**
 * Where the same request is to be sent instead. Throws where a redirect points to another origin, or means another request
 * (RFC 9110, 15.4: all but 307 and 308 may make a GET of it).
 */
export function nextAddress(
  { headers, status }: Response,
  url: string,
  method: string,
  hops: number,
): string {
  const { origin } = new URL(url);
  const location = headers.get("location");
  if (location === null || !URL.canParse(location, url))
    throw refusal(`${origin} sends on to another address, and this host is not told to which.`);
  const to = new URL(location, url);
  // Its path is not said: it may hold a secret.
  const whereto = `${origin} sends on to another address at ${to.origin}`;
  if (to.origin !== origin) throw refusal(`${whereto}.`);
  if (status < 307 && method !== "GET")
    throw refusal(`${whereto} with the status ${status}, and that does not repeat a ${method}.`);
  if (hops === MOST_HOPS) throw refusal(`${whereto}, again and again.`);
  to.username = to.password = "";
  return to.href;
}

/** Not a failure that may pass. */
function refusal(sentence: string): TroupeError {
  return new TroupeError("not_found", `${sentence} Configure the address that it points to.`);
}
