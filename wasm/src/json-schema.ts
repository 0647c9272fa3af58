// JSON Schema by itself: whether it is one, and where its references lead.
import { isObject } from "./names.js";
import type { JsonSchema } from "./schema.js";

const TYPES = ["string", "number", "integer", "boolean", "object", "array", "null"];

type Faulty = string | undefined;
type Check = (value: unknown, place: Place) => Faulty;

/** Where one looks, and what references there are about. */
interface Place {
  readonly path: string;
  readonly whole: unknown;
}

/**
 * What in it is no JSON Schema, as the rest of a sentence: such a keyword checks nothing, and who wrote it believes that it
 * does. References to elsewhere and keywords that are not of JSON Schema are let pass.
 */
export function schemaFault(schema: JsonSchema): Faulty {
  return faultIn(schema, { path: "", whole: schema });
}

/** What a reference within a schema names: "#", a pointer or an anchor. Undefined: nothing. */
export function referredIn(whole: unknown, reference: string): unknown {
  const name = decoded(reference.slice(1));
  if (name !== "" && !name.startsWith("/")) return anchored(whole, name);
  let found = whole;
  for (const part of name.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function anchored(schema: unknown, name: string): unknown {
  if (typeof schema !== "object" || schema === null) return undefined;
  const { $anchor, $dynamicAnchor, $id } = schema as JsonSchema;
  if ($anchor === name || $dynamicAnchor === name || $id === `#${name}`) return schema;
  for (const part of Object.values(schema)) {
    const found = anchored(part, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function faultIn(schema: unknown, { path, whole }: Place): Faulty {
  if (typeof schema === "boolean") return undefined;
  if (!isObject(schema)) return `${path || "it"} is ${shown(schema)}, where a schema is needed`;
  // Deeper is none that a person wrote: it holds itself.
  if (path.length > 5000) return `it has no end at ${path.slice(0, 60)}…`;
  const { $id } = schema;
  const ours = typeof $id === "string" && !$id.startsWith("#") ? schema : whole;
  for (const [keyword, value] of Object.entries(schema)) {
    if (!Object.hasOwn(KEYWORDS, keyword)) continue;
    const fault = KEYWORDS[keyword]?.(value, { path: `${path}/${keyword}`, whole: ours });
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const must =
  (fits: (value: unknown) => boolean, what: string): Check =>
  (value, { path }) =>
    fits(value) ? undefined : `${path} is ${shown(value)}, and must be ${what}`;

const isTexts = (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === "string");
const isType = (value: unknown) => TYPES.includes(value as string);
const count = must((value) => Number.isInteger(value) && (value as number) >= 0, "a whole number");
const number = must((value) => typeof value === "number", "a number");
/** In older drafts a flag. */
const limit = must((value) => typeof value === "number" || typeof value === "boolean", "a number");

const list: Check = (value, { path, whole }) => {
  if (!Array.isArray(value) || value.length === 0)
    return `${path} is ${shown(value)}, and must be a list of schemas`;
  return first(value.map((each, index) => () => faultIn(each, { path: `${path}/${index}`, whole })));
};

const named: Check = (value, { path, whole }) => {
  if (!isObject(value)) return `${path} is ${shown(value)}, and must be an object with schemas by name`;
  return first(
    Object.entries(value).map(
      ([name, each]) =>
        () =>
          faultIn(each, { path: `${path}/${name}`, whole }),
    ),
  );
};

const reference: Check = (value, { path, whole }) => {
  if (typeof value !== "string") return `${path} is ${shown(value)}, and must be a text`;
  if (!value.startsWith("#") || referredIn(whole, value) !== undefined) return undefined;
  return `${path} is ${shown(value)}, and there is nothing in the schema`;
};

const pattern: Check = (value, { path }) => {
  if (typeof value !== "string") return `${path} is ${shown(value)}, and must be a text`;
  if (regexOf(value) !== undefined) return undefined;
  return `${path} is ${shown(value)}, which is no regular expression`;
};

const KEYWORDS: Readonly<Record<string, Check>> = {
  $ref: reference,
  type: must(
    (value) => isType(value) || (Array.isArray(value) && value.length > 0 && value.every(isType)),
    `one of ${TYPES.join(", ")}, or a list of them`,
  ),
  enum: must(Array.isArray, "a list of values"),
  required: must(isTexts, "a list of names"),
  pattern,
  properties: named,
  patternProperties: named,
  dependentSchemas: named,
  $defs: named,
  definitions: named,
  prefixItems: list,
  allOf: list,
  anyOf: list,
  oneOf: list,
  // In older drafts a list.
  items: (value, place) => (Array.isArray(value) && value.length > 0 ? list : faultIn)(value, place),
  additionalItems: faultIn,
  additionalProperties: faultIn,
  propertyNames: faultIn,
  contains: faultIn,
  not: faultIn,
  if: faultIn,
  then: faultIn,
  else: faultIn,
  unevaluatedItems: faultIn,
  unevaluatedProperties: faultIn,
  minimum: number,
  maximum: number,
  multipleOf: number,
  exclusiveMinimum: limit,
  exclusiveMaximum: limit,
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  minContains: count,
  maxContains: count,
  minProperties: count,
  maxProperties: count,
};

/** A pattern, as JSON Schema means it or as older engines do; undefined: it is none. */
export function regexOf(pattern: string): RegExp | undefined {
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // perhaps the other way
    }
  }
  return undefined;
}

function first(checks: readonly (() => Faulty)[]): Faulty {
  for (const check of checks) {
    const fault = check();
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : String(value);
}
