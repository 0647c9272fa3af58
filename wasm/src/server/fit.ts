// Whether a value fits a JSON Schema, as far as a server needs it that lives without the engine: what it declares holds.
import { referredIn, regexOf } from "../json-schema.js";
import { isObject } from "../names.js";
import type { Issue } from "../schema.js";

type Path = readonly PropertyKey[];

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  object: isObject,
  array: Array.isArray,
  null: (value) => value === null,
};

/**
 * What does not fit; nothing: it fits. What is not looked at lets a value pass: `not`, `if`, that only one of `oneOf` fits,
 * what depends on other members or was not looked at by others, and references to elsewhere. The engine, which calls tools
 * in runs, looks at all of it.
 */
export function misfits(schema: unknown, value: unknown): Issue[] {
  const issues: Issue[] = [];
  check(schema, value, [], { whole: schema, issues, depth: 0 });
  return issues;
}

interface Checking {
  readonly whole: unknown;
  readonly issues: Issue[];
  readonly depth: number;
}

function check(schema: unknown, value: unknown, path: Path, checking: Checking): void {
  const { whole, issues, depth } = checking;
  const wrong = (message: string) => void issues.push({ message, path });
  if (schema === false) return wrong("is not allowed");
  if (!isObject(schema) || depth > 64) return;
  const deeper = { ...checking, depth: depth + 1 };
  const { $ref, type, allOf, anyOf, oneOf } = schema;
  if (typeof $ref === "string" && $ref.startsWith("#")) check(referredIn(whole, $ref), value, path, deeper);
  const types = (Array.isArray(type) ? type : type === undefined ? [] : [type]) as string[];
  if (types.length > 0 && !types.some((name) => TYPES[name]?.(value)))
    return wrong(`must be of type ${types.join(" or ")}, not ${typeOf(value)}`);
  if ("const" in schema && !isSame(schema["const"], value))
    wrong(`must be ${JSON.stringify(schema["const"])}`);
  const choices = schema["enum"];
  if (Array.isArray(choices) && !choices.some((each) => isSame(each, value)))
    wrong(`must be one of ${choices.map((each) => JSON.stringify(each)).join(", ")}`);
  if (typeof value === "number") numbers(schema, value, wrong);
  else if (typeof value === "string") texts(schema, value, wrong);
  else if (Array.isArray(value)) items(schema, value, path, deeper, wrong);
  else if (isObject(value)) properties(schema, value, path, deeper, wrong);
  for (const part of Array.isArray(allOf) ? allOf : []) check(part, value, path, deeper);
  for (const parts of [anyOf, oneOf]) {
    if (!Array.isArray(parts)) continue;
    const tried = parts.map((part) => {
      const found: Issue[] = [];
      check(part, value, path, { ...deeper, issues: found });
      return found;
    });
    // The one that fails the least is what was meant.
    const [nearest] = tried.sort((a, b) => a.length - b.length);
    issues.push(...(nearest ?? []));
  }
}

function numbers(schema: Record<string, unknown>, value: number, wrong: (message: string) => void): void {
  const { minimum: least, maximum: most, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  if (typeof least === "number" && value < least) wrong(`must be at least ${least}`);
  if (typeof most === "number" && value > most) wrong(`must be at most ${most}`);
  if (typeof above === "number" && value <= above) wrong(`must be more than ${above}`);
  if (typeof below === "number" && value >= below) wrong(`must be less than ${below}`);
}

function texts(schema: Record<string, unknown>, value: string, wrong: (message: string) => void): void {
  const { minLength, maxLength, pattern } = schema;
  if (minLength !== undefined || maxLength !== undefined)
    counted([...value].length, minLength, maxLength, "characters", wrong);
  if (typeof pattern === "string" && regexOf(pattern)?.test(value) === false)
    wrong(`must match the pattern ${pattern}`);
}

function items(
  schema: Record<string, unknown>,
  value: readonly unknown[],
  path: Path,
  checking: Checking,
  wrong: (message: string) => void,
): void {
  counted(value.length, schema["minItems"], schema["maxItems"], "items", wrong);
  const { prefixItems, items: each, additionalItems } = schema;
  // In older drafts `items` is what `prefixItems` is now.
  const [prefix, rest] = Array.isArray(each) ? [each, additionalItems] : [prefixItems, each];
  const begin = Array.isArray(prefix) ? prefix : [];
  value.forEach((item, index) =>
    check(index < begin.length ? begin[index] : rest, item, [...path, index], checking),
  );
  if (schema["uniqueItems"] === true && value.some((a, i) => value.slice(0, i).some((b) => isSame(a, b))))
    wrong("must not have an item twice");
}

function properties(
  schema: Record<string, unknown>,
  value: Record<string, unknown>,
  path: Path,
  checking: Checking,
  wrong: (message: string) => void,
): void {
  const { required, additionalProperties, propertyNames } = schema;
  const known = isObject(schema["properties"]) ? schema["properties"] : {};
  const patterns = Object.entries(isObject(schema["patternProperties"]) ? schema["patternProperties"] : {});
  for (const name of Array.isArray(required) ? (required as string[]) : []) {
    if (!Object.hasOwn(value, name)) checking.issues.push({ message: "is missing", path: [...path, name] });
  }
  counted(Object.keys(value).length, schema["minProperties"], schema["maxProperties"], "members", wrong);
  for (const [name, member] of Object.entries(value)) {
    const there = [...path, name];
    const isKnown = Object.hasOwn(known, name);
    const fitting = patterns.filter(([pattern]) => regexOf(pattern)?.test(name));
    if (propertyNames !== undefined) check(propertyNames, name, there, checking);
    if (isKnown) check(known[name], member, there, checking);
    for (const [, part] of fitting) check(part, member, there, checking);
    if (!isKnown && fitting.length === 0) check(additionalProperties, member, there, checking);
  }
}

function counted(
  has: number,
  least: unknown,
  most: unknown,
  what: string,
  wrong: (message: string) => void,
): void {
  if (typeof least === "number" && has < least) wrong(`must have at least ${least} ${what}`);
  if (typeof most === "number" && has > most) wrong(`must have at most ${most} ${what}`);
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, index) => isSame(each, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  );
}
