/** What is thrown to the caller: a code for programs, a sentence for people, and what caused it. */

/**
 * A failure of troupe. What happens during a run does not throw: it is in the outcome's `stop`.
 *
 * @example
 * ```ts
 * import { createTroupe, TroupeError } from "troupe";
 *
 * const troupe = await createTroupe();
 * try {
 *   await troupe.run("");
 * } catch (error) {
 *   if (error instanceof TroupeError) console.log(error.code, error.message);
 * }
 * ```
 */
export class TroupeError extends Error {
  override readonly name = "TroupeError";
  /**
   * What kind of failure it is. Of the engine: `invalid_input`, `protocol`, `divergence`, `journal`,
   * `authentication`, `quota`, `rate_limit`, `too_long`, `blocked`, `overloaded`, `malformed`, `network`, `timeout`,
   * `cancelled`, `not_found`, `unsupported`, `internal`. Of this package, besides: `disposed`, `engine`.
   */
  readonly code: string;

  constructor(code: string, sentence: string, options?: { cause?: unknown }) {
    super(sentence, options);
    this.code = code;
  }
}

/** What a caught value has to say, and its causes: failures of fetch hide the reason in theirs. */
export function sentenceOf(thrown: unknown): string {
  const said: string[] = [];
  for (let each = thrown, depth = 0; each !== undefined && each !== null && depth < 8; depth++) {
    const text = wordsOf(each);
    if (!said.some((earlier) => earlier.includes(text))) said.push(text);
    each = (each as { cause?: unknown }).cause;
  }
  return said.join(": ") || "unknown failure";
}

function wordsOf(thrown: unknown): string {
  const { message, code, name } = thrown as { message?: unknown; code?: unknown; name?: unknown };
  return (
    ([message, code, name].find((each) => typeof each === "string" && each !== "") as string) ??
    String(thrown)
  );
}
