// Which pages may call a server over HTTP: its own, and those that it was told of.
import { TroupeError } from "../errors.js";

/** Throws TroupeError for what is no origin. */
export function originsIn(given: readonly string[]): ReadonlySet<string> {
  for (const each of given)
    if (each !== "*" && !/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+$/.test(each))
      throw new TroupeError(
        "invalid_input",
        `"${each}" is no origin of pages: that is a scheme and a host, as in "https://app.example.com".`,
      );
  return new Set(given);
}

export function mayCall(page: string, request: Request, allowed: ReadonlySet<string>): boolean {
  return allowed.has(page) || allowed.has("*") || isOwn(page, new URL(request.url));
}

/**
 * Over plain HTTP a page can point its own name at our address, and then page and server seem to have one origin. An address
 * and localhost cannot be pointed elsewhere, and over HTTPS the certificate would be another's.
 */
function isOwn(page: string, { origin, protocol, hostname }: URL): boolean {
  if (page !== origin) return false;
  return protocol === "https:" || /^\[|^\d+(\.\d+){3}$|^(.+\.)?localhost$/.test(hostname);
}

/** What a browser asks before it lets a page call. */
export function preflight(request: Request): Response {
  const headers = {
    "access-control-allow-methods": "POST",
    // They cannot be counted up: arguments have some of their own.
    "access-control-allow-headers": request.headers.get("access-control-request-headers") ?? "content-type",
    "access-control-max-age": "86400",
  };
  return new Response(null, { status: 204, headers });
}

/** Lets the page read it. */
export function readable(response: Response, page: string): Response {
  response.headers.set("access-control-allow-origin", page);
  response.headers.set("vary", "origin");
  return response;
}
