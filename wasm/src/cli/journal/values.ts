// What steps hold, as far as the command line looks into it. Journals of other releases may hold anything.

export type Fields = Record<string, unknown>;

export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

export interface Call {
  name: string;
  arguments: unknown;
  malformed?: string | undefined;
}

/** The tools that a model's reply asks for. */
export function callsOf(reply: unknown): Call[] {
  return listOf(fieldsOf(reply).calls).map((each) => {
    const call = fieldsOf(each);
    return {
      name: textOf(call.name),
      arguments: call.arguments ?? {},
      malformed: textOf(call.malformed) || undefined,
    };
  });
}

export interface Spent {
  tokens: number;
  nanoUsd: number;
}

export function spentBy(reply: unknown): Spent {
  const usage = fieldsOf(fieldsOf(reply).usage);
  return { tokens: numberOf(usage.input) + numberOf(usage.output), nanoUsd: numberOf(usage.nano_usd) };
}
