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

/** URL has made all spellings of an address of numbers one already. */
function reachOf(hostname: string): Reach {
  const host = hostname.toLowerCase().replace(/\.+$/, "");
  if (host.startsWith("[")) return reachOfIpv6(groupsOf(host.slice(1, -1)));
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return reachOfIpv4(host.split(".").map(Number));
  if (host === "localhost" || host.endsWith(".localhost")) return Reach.machine;
  return !host.includes(".") || LOCAL_NAME.test(host) ? Reach.network : Reach.world;
}

/**
 * Names that mean something within one network only, as one without a dot does: those of RFC 6762 and its appendix G, of
 * RFC 8375, and of clouds and routers.
 */
const LOCAL_NAME = /\.(local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa)$/;

/** What IANA's registry of special addresses (RFC 6890) does not call globally reachable. */
function reachOfIpv4([a = 0, b = 0, c = 0]: readonly number[]): Reach {
  if (a === 127 || a === 0) return Reach.machine;
  const isSpecial =
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99))) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) ||
    (a === 203 && b === 0 && c === 113) ||
    a >= 224;
  return isSpecial ? Reach.network : Reach.world;
}

/** Only 2000::/3 is for everybody, and not all of it. What stands for an IPv4 address reaches as far as that. */
function reachOfIpv6(groups: readonly number[]): Reach {
  const [a = 0, b = 0, c = 0, , e = 0, f = 0, g = 0, h = 0] = groups;
  const startsWith = (...beginning: number[]) => beginning.every((group, i) => groups[i] === group);
  if (startsWith(0, 0, 0, 0, 0, 0, 0) && h <= 1) return Reach.machine;
  const isIpv4 =
    startsWith(0, 0, 0, 0) && ((e === 0 && (f === 0 || f === 0xffff)) || (e === 0xffff && f === 0)); // RFC 4291, 7915
  if (isIpv4 || startsWith(0x64, 0xff9b, 0, 0, 0, 0)) return reachOfIpv4(bytesOf(g, h)); // RFC 6052
  if (a === 0x2002) return reachOfIpv4(bytesOf(b, c)); // RFC 3056
  const isSpecial = (a === 0x2001 && (b < 0x200 || b === 0xdb8)) || (a === 0x3fff && b < 0x1000);
  return a >> 13 === 1 && !isSpecial ? Reach.world : Reach.network;
}

const bytesOf = (high: number, low: number) => [high >> 8, high & 255, low >> 8, low & 255];

/** The eight groups of an IPv6 address as URL writes it: in hexadecimal, with "::" once at most. */
function groupsOf(address: string): number[] {
  const [before = [], after = []] = address
    .split("::")
    .map((side) => (side === "" ? [] : side.split(":").map((group) => parseInt(group, 16))));
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}
