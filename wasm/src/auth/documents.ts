// Metadata documents of servers, as JSON.
import { checkedUrl } from "./addresses.js";
import { type Context, PATIENCE_MS } from "./context.js";

export type Document = Record<string, unknown>;

const MOST_HOPS = 3;

/**
 * The document at `url`, or nothing: the host does not answer, answers with another status than 200, or with something
 * else than an object. A browser that is not let see an answer is no failure either: the next candidate may do. Throws
 * when it is sent on to an address that it must not ask.
 */
export async function documentAt(
  url: URL,
  { server, fetch }: Pick<Context, "server" | "fetch">,
): Promise<Document | undefined> {
  let at = url;
  for (let hops = 0; hops <= MOST_HOPS; hops++) {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const init: RequestInit = { headers: { accept: "application/json" }, redirect: "manual", signal };
    const response = await fetch(at.href, init).catch(() => undefined);
    if (response?.status === 200) return objectIn(response);
    await response?.body?.cancel().catch(() => undefined);
    const location =
      response && response.status >= 300 && response.status < 400 && response.headers.get("location");
    if (!location || !URL.canParse(location, at)) return undefined;
    at = checkedUrl(new URL(location, at).href, "What metadata redirects to", server);
  }
  return undefined;
}

async function objectIn(response: Response): Promise<Document | undefined> {
  const value: unknown = await response.json().catch(() => undefined);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Document)
    : undefined;
}

/** A list of texts, or nothing. */
export function textsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((each): each is string => typeof each === "string");
}

/** Where RFC 8615 has a document of an identifier with a path: the path comes after the document's name. */
export function wellKnown(name: string, identifier: URL, path = identifier.pathname): URL {
  return new URL(`/.well-known/${name}${path === "/" ? "" : path.replace(/\/$/, "")}`, identifier.origin);
}
