// What functions of the application give, as JSON.

/**
 * JSON; of nothing `null`, and of NaN and Infinity their names. Throws where JSON would lose the whole of something without
 * a word, as of a function, a Map or a Response.
 */
export function jsonOf(given: unknown): string {
  if (typeof given === "function" || typeof given === "symbol") throw lost(`A ${typeof given}`);
  if (typeof given === "number" && !Number.isFinite(given)) return JSON.stringify(String(given));
  const json = JSON.stringify(given) ?? "null";
  if (json.includes("{}")) JSON.stringify(given, onlyKept);
  return json;
}

function onlyKept(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (Object.keys(value).length > 0) return value;
  const kind: object | null = Object.getPrototypeOf(value);
  // Nothing is above a plain object's prototype, of whatever realm.
  if (kind === null || Object.getPrototypeOf(kind) === null) return value;
  throw lost(`A ${value.constructor?.name || "class instance"}`);
}

const lost = (what: string) =>
  new Error(`${what} is nothing in JSON. What can be sent is a text, a number, a list or a plain object.`);
