// What a server wants that refuses a request: its WWW-Authenticate header (RFC 9110, 11.6.1; RFC 6750, 3).

/** A demand for authorization. */
export interface Challenge {
  status: 401 | 403;
  /** Where the protected resource's metadata lies (RFC 9728, 5.1). */
  metadata?: string;
  scope?: string[];
  error?: string;
  /** Tokens must be bound to a key (RFC 9449, 7.1). */
  dpop: boolean;
}

/** A scheme's name, or a parameter with its value. */
const PART = /([!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g;

/** The demand in a response; none, if it refuses nothing or for other reasons than missing authorization. */
export function challengeOf({
  status,
  headers,
}: Pick<Response, "status" | "headers">): Challenge | undefined {
  if (status !== 401 && status !== 403) return undefined;
  const { parameters, dpop } = parametersOf(headers.get("www-authenticate") ?? "");
  const metadata = parameters.get("resource_metadata");
  const scope = parameters.get("scope")?.split(/\s+/).filter(Boolean);
  const error = parameters.get("error");
  // A 403 of another kind says that this person may not, whatever the token.
  if (status === 403 && error !== "insufficient_scope") return undefined;
  return {
    status,
    dpop,
    ...(metadata && { metadata }),
    ...(scope?.length && { scope }),
    ...(error && { error }),
  };
}

/** The parameters of the Bearer and DPoP challenges; others are for other clients. */
function parametersOf(header: string): { parameters: Map<string, string>; dpop: boolean } {
  const parameters = new Map<string, string>();
  const schemes = new Set<string>();
  let scheme = "";
  for (const [whole, name, quoted, plain] of header.matchAll(PART)) {
    if (!whole.includes("=")) schemes.add((scheme = name!.toLowerCase()));
    else if (scheme === "bearer" || scheme === "dpop") {
      const value = quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "";
      if (!parameters.has(name!.toLowerCase())) parameters.set(name!.toLowerCase(), value);
    }
  }
  return { parameters, dpop: schemes.has("dpop") };
}
