// JSON Schema as the grammars of node-llama-cpp know it: what fits there fits the schema too, as far as a grammar can hold
// a model to it. The engine checks the rest.

type Schema = Readonly<Record<string, unknown>>;

const SIMPLE = ["string", "number", "integer", "boolean", "null"];
const FORMATS = ["date-time", "time", "date"];
const ANY = { oneOf: [{ type: SIMPLE }, { type: "object", additionalProperties: true }, { type: "array" }] };

export function grammarSchema(schema: unknown): Schema {
  if (typeof schema !== "object" || schema === null) return ANY;
  const { $defs, definitions, ...rest } = schema as Schema;
  const defs = { ...(definitions as object), ...($defs as object) };
  return { ...shapeOf(rest), ...(Object.keys(defs).length > 0 && { $defs: eachOf(defs) }) };
}

function shapeOf(schema: Schema): Schema {
  const { $ref, anyOf, oneOf = anyOf, allOf, type, ...rest } = schema;
  if (typeof $ref === "string") return { $ref: $ref.replace("#/definitions/", "#/$defs/") };
  if (rest.const !== undefined) return { const: rest.const };
  if (Array.isArray(rest.enum)) return { enum: rest.enum };
  if (Array.isArray(oneOf)) return { oneOf: oneOf.map(grammarSchema) };
  if (Array.isArray(allOf))
    return shapeOf(Object.assign({ ...rest, ...(type ? { type } : {}) }, ...allOf) as Schema);
  if (Array.isArray(type)) return { oneOf: type.map((each) => shapeOf({ ...rest, type: each })) };
  if (type === "object" || (type === undefined && rest.properties)) return objectOf(rest);
  if (type === "array") return arrayOf(rest);
  if (type === "string") return stringOf(rest);
  return SIMPLE.includes(type as string) ? { type } : ANY;
}

const eachOf = (schemas: object): Record<string, Schema> =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, grammarSchema(schema)]));

/** There a property cannot be left out: so it is all of them, or those alone that are required. */
function objectOf({ properties = {}, required = [], additionalProperties = true }: Schema): Schema {
  const all = eachOf(properties as object);
  const names = Object.keys(all);
  if (names.length === 0)
    return {
      type: "object",
      additionalProperties: additionalProperties === false ? false : grammarSchema(additionalProperties),
    };
  const needed = names.filter((name) => (required as string[]).includes(name));
  const whole = { type: "object", properties: all };
  if (needed.length === names.length) return whole;
  const least = Object.fromEntries(needed.map((name) => [name, all[name]!]));
  return { oneOf: [{ type: "object", properties: least }, whole] };
}

function arrayOf({ items, prefixItems, minItems, maxItems }: Schema): Schema {
  return {
    type: "array",
    ...(items !== undefined && { items: grammarSchema(items) }),
    ...(Array.isArray(prefixItems) && { prefixItems: prefixItems.map(grammarSchema) }),
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
  };
}

function stringOf({ format, minLength, maxLength }: Schema): Schema {
  if (FORMATS.includes(format as string)) return { type: "string", format };
  return {
    type: "string",
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
  };
}
