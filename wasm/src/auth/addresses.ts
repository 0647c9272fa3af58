// Which addresses a server may send this host to. Metadata comes from strangers: it must not make the host call into its
// own network (server-side request forgery, RFC 9728, 7.7).
import { Refusal } from "./refusal.js";

/** How far a name reaches: this machine, this network, everybody. */
enum Reach {
  machine,
  network,
  world,
}

/**
 * The URL that a server named. Throws when it is none, when it is neither https nor http on this machine, and when it is
 * less public than the server that named it. Names are judged as they stand: what DNS makes of them is not looked up.
 */
export function checkedUrl(text: unknown, what: string, server: URL): URL {
  if (typeof text !== "string" || !URL.canParse(text)) throw new Refusal(`${what} is missing or no URL.`);
  const url = new URL(text);
  const reach = reachOf(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && reach === Reach.machine)) {
    throw new Refusal(`${what} (${url.origin}) must be https.`);
  }
  if (reach < reachOf(server.hostname)) {
    throw new Refusal(
      `${what} (${url.origin}) is a private address, and ${server.origin} is not: not asked.`,
    );
  }
  return url;
}

/** Whether a redirect comes back to this machine or to an application on it (RFC 8252, 7). */
export function isNative(redirectUri: string): boolean {
  const { protocol, hostname } = new URL(redirectUri);
  return !/^https?:$/.test(protocol) || reachOf(hostname) === Reach.machine;
}

/** URL has made all spellings of an IPv4 address one already. */
function reachOf(hostname: string): Reach {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  if (host.startsWith("[")) return reachOfIpv6(host.slice(1, -1));
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return reachOfIpv4(host.split(".").map(Number));
  if (host === "localhost" || host.endsWith(".localhost")) return Reach.machine;
  // A name without a dot, and those of RFC 6762, RFC 8375 and of clouds, mean something within one network only.
  return !host.includes(".") || /\.(local|internal|home\.arpa)$/.test(host) ? Reach.network : Reach.world;
}

/** By RFC 6890. */
function reachOfIpv4([a = 0, b = 0]: readonly number[]): Reach {
  if (a === 127 || a === 0) return Reach.machine;
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128);
  return isPrivate ? Reach.network : Reach.world;
}

function reachOfIpv6(address: string): Reach {
  if (address === "::1" || address === "::") return Reach.machine;
  // IPv4 in IPv6: mapped, and through NAT64.
  const [, high, low] = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? [];
  if (high !== undefined && low !== undefined) {
    const [first, second] = [parseInt(high, 16), parseInt(low, 16)];
    return reachOfIpv4([first >> 8, first & 255, second >> 8, second & 255]);
  }
  return /^f[cd]|^fe[89ab]/.test(address) ? Reach.network : Reach.world;
}
