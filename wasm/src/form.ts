// The forms by which servers ask, as fields to be shown one by one. The protocol allows texts, numbers, yes or no, and
// choices, and nothing within one another.

export interface FormField {
  name: string;
  label: string;
  description?: string;
  kind: "text" | "number" | "integer" | "boolean" | "choice" | "choices";
  required: boolean;
  default?: unknown;
  /** Of `choice` and `choices`. */
  options?: { value: string; label: string }[];
  /** Of a text, such as `email` or `date`. */
  format?: string;
}

/**
 * The fields of an elicitation's schema, those first that have to be filled in.
 *
 * @example
 * ```ts
 * import { formFields } from "troupe/form";
 *
 * const schema = { type: "object", properties: { name: { type: "string", title: "Your name" } }, required: ["name"] };
 * console.log(formFields(schema)[0]?.label);
 * ```
 */
export function formFields(schema: Record<string, unknown> | undefined): FormField[] {
  const properties = (schema?.properties ?? {}) as Record<string, Property>;
  const required = Array.isArray(schema?.required) ? schema.required : [];
  const fields = Object.entries(properties).map(([name, property]) => ({
    name,
    label: property.title ?? name,
    kind: kindOf(property),
    required: required.includes(name),
    ...(property.description !== undefined && { description: property.description }),
    ...(property.default !== undefined && { default: property.default }),
    ...(property.format !== undefined && { format: property.format }),
    ...optionsOf(property),
  }));
  return fields.sort((a, b) => Number(b.required) - Number(a.required));
}

/** What a person typed into a field, as the server wants it; undefined: nothing was typed. */
export function fieldValue({ kind, options }: FormField, typed: string): unknown {
  if (typed === "") return undefined;
  switch (kind) {
    case "number":
    case "integer": {
      const number = Number(typed);
      return Number.isNaN(number) ? typed : number;
    }
    case "boolean":
      return /^(y|yes|true|1|on)$/i.test(typed) || (/^(n|no|false|0|off)$/i.test(typed) ? false : typed);
    case "choices":
      return typed.split(",").map((each) => choiceOf(options, each.trim()));
    case "choice":
      return choiceOf(options, typed);
    case "text":
      return typed;
  }
}

interface Property {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  format?: string;
  enum?: string[];
  enumNames?: string[];
  oneOf?: { const: string; title?: string }[];
  anyOf?: { const: string; title?: string }[];
  items?: Property;
}

function kindOf(property: Property): FormField["kind"] {
  if (property.type === "array") return "choices";
  if (property.enum ?? property.oneOf) return "choice";
  if (property.type === "number" || property.type === "integer" || property.type === "boolean")
    return property.type;
  return "text";
}

function optionsOf(property: Property): Pick<FormField, "options"> {
  const { enum: values, enumNames, oneOf, anyOf } = property.items ?? property;
  const titled = oneOf ?? anyOf;
  if (titled) return { options: titled.map(({ const: value, title = value }) => ({ value, label: title })) };
  if (values)
    return { options: values.map((value, index) => ({ value, label: enumNames?.[index] ?? value })) };
  return {};
}

/** By its number, from 1 on, by its label or by its value. */
function choiceOf(options: FormField["options"] = [], typed: string): string {
  const named = options.find(({ value, label }) => typed === value || typed === label);
  return (named ?? options[Number(typed) - 1])?.value ?? typed;
}
