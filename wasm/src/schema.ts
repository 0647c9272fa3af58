// Schemas of tools and answers: of any library that follows Standard Schema and can write JSON Schema, or that as it is.
import { TroupeError, sentenceOf } from "./errors.js";
import { referredIn, schemaFault } from "./json-schema.js";
import { isObject } from "./names.js";

/** JSON Schema of an object, or of one of several kinds of objects. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * What a schema library offers; see standardschema.dev. `jsonSchema` have zod from 4.2, arktype from 2.1.28, and valibot by
 * `toStandardJsonSchema()` of `@valibot/to-json-schema`; with others the same in JSON Schema is given beside it.
 */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Validated<Output> | Promise<Validated<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
    readonly jsonSchema?: { readonly input: (options: { target: "draft-2020-12" }) => object } | undefined;
  };
}

export type Validated<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

export interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export function isStandardSchema(schema: unknown): schema is StandardSchema {
  return schema !== null && schema !== undefined && Object(schema)["~standard"]?.version === 1;
}

/**
 * A schema as JSON Schema; `whose`: `the tool "x"`. Throws for a library that cannot say it, for what is no schema of an
 * object, and for what is no JSON Schema: its mistakes would check nothing.
 */
export function jsonSchemaOf(whose: string, schema: StandardSchema | JsonSchema): JsonSchema {
  const found: unknown = isStandardSchema(schema) ? converted(whose, schema) : schema;
  const fault = isObject(found) ? schemaFault(found) : undefined;
  if (fault !== undefined)
    throw new TroupeError("invalid_input", `The schema of ${whose} is no JSON Schema: ${fault}.`);
  if (!isObject(found) || !isOfObjects(found, found)) {
    throw new TroupeError(
      "invalid_input",
      `The schema of ${whose} must be one of an object: models give names to what they fill in.`,
    );
  }
  // Models are sent this with every request: what they do not need is left out.
  const { $schema: _, ...json } = found;
  return json["type"] === "object" ? json : { type: "object", ...json };
}

/** Whether only objects fit: one of some kinds of objects does. */
function isOfObjects(schema: unknown, whole: JsonSchema, depth = 0): boolean {
  if (!isObject(schema) || depth > 16) return false;
  const { type, anyOf, oneOf, allOf, $ref } = schema;
  const is = (part: unknown) => isOfObjects(part, whole, depth + 1);
  if (type !== undefined) return type === "object";
  if (typeof $ref === "string" && $ref.startsWith("#") && is(referredIn(whole, $ref))) return true;
  if (Array.isArray(allOf) && allOf.some(is)) return true;
  return [anyOf, oneOf].some((parts) => Array.isArray(parts) && parts.every(is));
}

/**
 * Several kinds of objects as one with the fields of all: vendors take no alternatives where a tool says what it takes. Only
 * where the schema's own library holds the arguments to the rest.
 */
export function asOneObject(json: JsonSchema): JsonSchema {
  const { anyOf, oneOf, ...rest } = json;
  const kinds = ((anyOf ?? oneOf ?? []) as JsonSchema[]).map(({ $ref, ...kind }) =>
    typeof $ref === "string" ? (referredIn(json, $ref) as JsonSchema) : kind,
  );
  if (kinds.length === 0 || rest["properties"] || !kinds.every((kind) => isObject(kind["properties"])))
    return json;
  const said = new Map<string, Map<string, unknown>>();
  for (const { properties } of kinds) {
    for (const [name, property] of Object.entries(properties as JsonSchema)) {
      const ways = said.get(name) ?? new Map<string, unknown>();
      said.set(name, ways.set(JSON.stringify(property), property));
    }
  }
  const properties = Object.fromEntries(
    Array.from(said, ([name, ways]) => {
      const all = [...ways.values()];
      return [name, all.length === 1 ? all[0] : { anyOf: all }];
    }),
  );
  const always = (name: string) => kinds.every(({ required }) => (required as string[])?.includes(name));
  return { ...rest, properties, required: Object.keys(properties).filter(always) };
}

function converted(whose: string, schema: StandardSchema): JsonSchema {
  const { vendor, jsonSchema } = schema["~standard"];
  if (!jsonSchema) {
    throw new TroupeError(
      "invalid_input",
      `The schema of ${whose} (${vendor}) cannot say what it is in JSON Schema. ` +
        `Give that beside it, as "jsonSchema", or take a library with Standard JSON Schema: zod from 4.2, arktype from 2.1.28, ` +
        `valibot with toStandardJsonSchema() of @valibot/to-json-schema.`,
    );
  }
  try {
    return jsonSchema.input({ target: "draft-2020-12" }) as JsonSchema;
  } catch (error) {
    throw new TroupeError(
      "invalid_input",
      `The schema of ${whose} (${vendor}) cannot be written as JSON Schema: ${sentenceOf(error)}. Give JSON Schema instead.`,
      { cause: error },
    );
  }
}

/** What is wrong, a line each below the first, in a form that a model can repair from. */
export function issuesText(first: string, issues: readonly Issue[]): string {
  const lines = issues.map(({ message, path = [] }) => {
    const where = path.map((part) => String(typeof part === "object" ? part?.key : part)).join(".");
    return where === "" ? `- ${message}` : `- ${where}: ${message}`;
  });
  return [first, ...lines].join("\n");
}
