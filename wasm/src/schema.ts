// Schemas of tools and answers: any library that follows Standard Schema (zod, valibot, arktype), or JSON Schema as it is.
import { TroupeError, sentenceOf } from "./errors.js";

/** JSON Schema of an object. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** What a schema library offers; see standardschema.dev. */
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
 * A schema as JSON Schema; `whose`: `the tool "x"`. Throws for a library that cannot say it, and for what is no schema of
 * an object.
 */
export function jsonSchemaOf(whose: string, schema: StandardSchema | JsonSchema): JsonSchema {
  const found = isStandardSchema(schema) ? converted(whose, schema) : schema;
  // Models are sent this with every request: what they do not need is left out.
  const { $schema: _, ...json } = found;
  if (json["type"] !== "object") {
    throw new TroupeError(
      "invalid_input",
      `The schema of ${whose} must be one of an object: models give names to what they fill in.`,
    );
  }
  return json;
}

function converted(whose: string, schema: StandardSchema): JsonSchema {
  const { vendor, jsonSchema } = schema["~standard"];
  if (!jsonSchema) {
    throw new TroupeError(
      "invalid_input",
      `The schema of ${whose} (${vendor}) cannot say what it is in JSON Schema. ` +
        `Give that instead (for a tool beside it, as "jsonSchema"), or take a library with Standard JSON Schema: zod from 4.2, arktype from 2.1.28, ` +
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
