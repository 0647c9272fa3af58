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
 * The fields of an elicitation's schema, those first that have to be filled in. A stranger wrote it: what is not as the
 * protocol has it is taken as not said.
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
  const required = listOf(schema?.required) ?? [];
  const fields = Object.entries(partsOf(schema?.properties)).map(([name, given]) => {
    const property = partsOf(given);
    const { title, description, format, default: preset } = property;
    return {
      name,
      label: textOf(title) ?? name,
      kind: kindOf(property),
      required: required.includes(name),
      ...(textOf(description) !== undefined && { description: textOf(description)! }),
      ...(preset !== undefined && { default: preset }),
      ...(textOf(format) !== undefined && { format: textOf(format)! }),
      ...optionsOf(property),
    };
  });
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

type Parts = Record<string, unknown>;

const partsOf = (given: unknown): Parts =>
  typeof given === "object" && given !== null && !Array.isArray(given) ? (given as Parts) : {};
const listOf = (given: unknown): unknown[] | undefined => (Array.isArray(given) ? given : undefined);
const textOf = (given: unknown): string | undefined => (typeof given === "string" ? given : undefined);

function kindOf({ type, enum: values, oneOf }: Parts): FormField["kind"] {
  if (type === "array") return "choices";
  if (listOf(values) ?? listOf(oneOf)) return "choice";
  return type === "number" || type === "integer" || type === "boolean" ? type : "text";
}

function optionsOf(property: Parts): Pick<FormField, "options"> {
  const {
    enum: values,
    enumNames,
    oneOf,
    anyOf,
  } = property.items === undefined ? property : partsOf(property.items);
  const titled = (listOf(oneOf) ?? listOf(anyOf))?.map(partsOf);
  const names = listOf(enumNames) ?? [];
  const named =
    titled?.map(({ const: value, title }) => [value, title]) ??
    listOf(values)?.map((value, index) => [value, names[index]]);
  if (named === undefined) return {};
  const options = named.map(([value, label]) => ({
    value: textOf(value),
    label: textOf(label) ?? textOf(value),
  }));
  return { options: options.filter((each) => each.value !== undefined) as NonNullable<FormField["options"]> };
}

/** By its number, from 1 on, by its label or by its value. */
function choiceOf(options: FormField["options"] = [], typed: string): string {
  const named = options.find(({ value, label }) => typed === value || typed === label);
  return (named ?? options[Number(typed) - 1])?.value ?? typed;
}
