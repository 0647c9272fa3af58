// What headers say of a request, for those between who do not read it, held against the request itself.
import { ServerError } from "../connected-server.js";
import { LEGACY, MODERN, type Params, VERSION, isObject, unfit, unsupported } from "./message.js";

/** An argument that clients repeat in a header, as `x-mcp-header` of the tool's schema has it. */
export interface Mirrored {
  header: string;
  path: readonly string[];
}

/** The arguments of a schema that are repeated so. */
export function mirroredIn(schema: unknown, path: readonly string[] = []): Mirrored[] {
  const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
  return Object.entries(properties).flatMap(([name, property]) => {
    const here = [...path, name];
    const header = isObject(property) ? property["x-mcp-header"] : undefined;
    const own = typeof header === "string" ? [{ header: `Mcp-Param-${header}`, path: here }] : [];
    return [...own, ...mirroredIn(property, here)];
  });
}

/** Where a request has what the header `Mcp-Name` repeats. */
const NAMES: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
};

/** Why a request cannot be answered as its headers and its `_meta` are. */
export function misheaded(
  headers: Headers,
  method: string,
  params: Params,
  mirrored: ReadonlyMap<unknown, readonly Mirrored[]>,
): ServerError | undefined {
  const version = headers.get("mcp-protocol-version");
  const asked = params._meta?.[VERSION];
  if (asked === undefined) {
    if (version === null || LEGACY.includes(version)) return undefined;
    if (version !== MODERN) return unsupported(version, [MODERN, ...LEGACY]);
    return new ServerError(`A request of ${MODERN} has its version as _meta["${VERSION}"], too.`, -32602);
  }
  if (version !== null && version !== asked) return mismatch("MCP-Protocol-Version", version, asked);
  const wrong = unfit(params);
  if (wrong) return wrong;
  if (version === null) return mismatch("MCP-Protocol-Version", version, asked);
  const said = headers.get("mcp-method");
  if (said !== method) return mismatch("Mcp-Method", said, method);
  const field = NAMES[method];
  const misnamed = field && held(headers, "Mcp-Name", params[field]);
  if (misnamed || method !== "tools/call") return misnamed || undefined;
  for (const { header, path } of mirrored.get(params.name) ?? []) {
    const missaid = held(headers, header, path.reduce(within, params.arguments));
    if (missaid) return missaid;
  }
  return undefined;
}

const within = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);

/** A value that is not there, or no plain one, is repeated nowhere. */
function held(headers: Headers, header: string, value: unknown): ServerError | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  const given = headers.get(header);
  if (given === value) return undefined;
  const said = given === null ? undefined : decoded(given);
  const same = typeof value === "number" ? said !== "" && Number(said) === value : said === String(value);
  return same ? undefined : mismatch(header, given, value);
}

/** What is no plain ASCII comes as `=?base64?…?=`. Undefined: it claims to and does not. */
function decoded(value: string): string | undefined {
  const [, coded] = /^=\?base64\?(.*)\?=$/.exec(value) ?? [];
  if (coded === undefined) return value;
  if (coded.length % 4 !== 0) return undefined;
  try {
    const bytes = Uint8Array.from(atob(coded), (char) => char.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function mismatch(header: string, said: string | null, meant: unknown): ServerError {
  const what = said === null ? "is missing" : `says ${JSON.stringify(said)}`;
  return new ServerError(`The header ${header} ${what}, and the request ${JSON.stringify(meant)}.`, -32020);
}
