// Failures of models in the host, with a status that says whether trying again helps, as vendors' APIs have.
import { TroupeError } from "../errors.js";

const STATUS = { not_found: 404, too_long: 413, unsupported: 422 };

export function failure(code: keyof typeof STATUS, sentence: string, cause?: unknown): TroupeError {
  return Object.assign(new TroupeError(code, sentence, { cause }), { status: STATUS[code] });
}
