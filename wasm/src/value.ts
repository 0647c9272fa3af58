// The value of an outcome, as the library reads it whose schema the run was given.
import { sentenceOf } from "./errors.js";
import type { Outcome } from "./events.js";
import { isPromise } from "./promise.js";
import { type StandardSchema, type Validated, issuesText } from "./schema.js";

/**
 * The outcome with what the schema makes of its value: defaults are filled in and transforms applied. What the engine let
 * pass and the schema refuses, because JSON Schema cannot say it, is no value, and `unfit` says why.
 */
export function valued(outcome: Outcome, schema: StandardSchema | undefined): Outcome | Promise<Outcome> {
  if (!schema || outcome.value === undefined) return outcome;
  const { value: _, ...rest } = outcome;
  const read = (checked: Validated<unknown>): Outcome =>
    checked.issues
      ? { ...rest, unfit: issuesText("The answer does not fit:", checked.issues) }
      : { ...rest, value: checked.value };
  const failed = (error: unknown): Outcome => ({ ...rest, unfit: sentenceOf(error) });
  try {
    const checked = schema["~standard"].validate(outcome.value);
    return isPromise(checked) ? Promise.resolve(checked).then(read).catch(failed) : read(checked);
  } catch (error) {
    return failed(error);
  }
}
