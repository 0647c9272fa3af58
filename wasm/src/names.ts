// Options by their names. What is misspelt is refused, because a guard that is ignored is none.
import { TroupeError, sentenceOf } from "./errors.js";
import { jsonOf } from "./result.js";

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** All options of a type, and what the engine calls each; `true`: the same. The compiler says when one is missing. */
export type Names<Options> = Readonly<Record<NamesOf<Options>, string | true>>;

type NamesOf<Options> = Options extends unknown ? keyof Options & string : never;

/**
 * The options under the engine's names.
 *
 * Throws `invalid_input` where they are no object, and where there is none of a name; `what` says whose they are.
 */
export function renamed<Options extends object, Wire extends object>(
  what: string,
  options: Options,
  names: Names<Options>,
): Wire {
  onlyNames(what, options, names);
  const wire: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    const called: string | true = names[name as NamesOf<Options>];
    if (value !== undefined) wire[called === true ? name : called] = value;
  }
  return wire as Wire;
}

/** Throws as `renamed` does. */
export function onlyNames(what: string, options: unknown, names: Readonly<Record<string, unknown>>): void {
  if (!isObject(options)) throw new TroupeError("invalid_input", `${what} must be an object of options.`);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(names, name)) continue;
    const known = Object.keys(names).join(", ");
    throw new TroupeError("invalid_input", `${what} has no "${name}". There are: ${known}.`);
  }
}

/** Throws as `renamed` does, and where those who are asked are no functions. */
export function attended(what: string, options: unknown, names: Readonly<Record<string, unknown>>): void {
  onlyNames(what, options, names);
  const { approve, ask, signal } = options as { approve?: unknown; ask?: unknown; signal?: unknown };
  for (const [name, given] of Object.entries({ approve, ask })) {
    if (given !== undefined && typeof given !== "function")
      throw new TroupeError(
        "invalid_input",
        `${what} needs a function as "${name}", which is asked each time.`,
      );
  }
  if (signal !== undefined && !("addEventListener" in Object(signal)))
    throw new TroupeError("invalid_input", `${what} needs the signal of an AbortController as "signal".`);
}

/** Throws `invalid_input` where it is no text. */
export function onlyText(what: string, given: unknown): asserts given is string {
  if (typeof given === "string") return;
  throw new TroupeError(
    "invalid_input",
    `${what} must be a text, and is ${given === null ? "null" : typeof given}.`,
  );
}

/** Throws `invalid_input` where it cannot be written as JSON, or would be lost by that. */
export function onlyJson(what: string, given: unknown): void {
  if (given === undefined) return;
  try {
    jsonOf(given);
  } catch (error) {
    throw new TroupeError("invalid_input", `${what} cannot be written as JSON: ${sentenceOf(error)}`);
  }
}
