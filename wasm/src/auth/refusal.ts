// Why there is no access, in a sentence that holds no secret.
import { TroupeError, sentenceOf } from "../errors.js";
import { redacted } from "../host/redaction.js";

/** No access. Its status makes the engine take it for the answer of a server that refuses. */
export class Refusal extends TroupeError {
  readonly status = 401;

  /** The cause is for the host's log, and for whoever catches this: its words may hold a secret. */
  constructor(sentence: string, cause?: unknown) {
    super("authentication", sentence, cause === undefined ? undefined : { cause });
  }
}

/**
 * What went wrong when `what` was tried, without `secrets`. Causes are not kept: those of the OAuth library hold whole
 * answers, tokens and codes among them.
 */
export function refusalOf(what: string, error: unknown, secrets: readonly string[] = []): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal(`${what}: ${redacted(wordsOf(error), secrets)}`);
}

/** An OAuth error is its code and its description (RFC 6749, 5.2); of the library's own errors only the sentence counts. */
function wordsOf(thrown: unknown): string {
  const { error, error_description, code, message } = (thrown ?? {}) as Record<string, unknown>;
  if (typeof error === "string") {
    return typeof error_description === "string" ? `${error} (${error_description.slice(0, 200)})` : error;
  }
  const ofLibrary = typeof code === "string" && /^(OAUTH|ERR)_/.test(code) && typeof message === "string";
  return ofLibrary ? message : sentenceOf(thrown);
}
