// How the command line ends. Scripts rely on these numbers: add, never change.

export const Exit = {
  done: 0,
  failed: 1,
  usage: 2,
  setup: 3,
  paused: 4,
  limit: 5,
  journal: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof Exit)[keyof typeof Exit];

export const exitCodes = `Exit codes:
  0    done
  1    failed
  2    the command line or the configuration is wrong
  3    something has to be set up first
  4    paused: a question is open; the last line says how to go on
  5    stopped by a limit: budget, turns, length, or the same call again and again
  6    the journal is broken, or the run diverged from it
  130  interrupted; the run can be resumed`;

/** Something that a person can mend: the sentence is all that is shown. */
export class Trouble extends Error {
  constructor(
    sentence: string,
    readonly exit: ExitCode = Exit.failed,
  ) {
    super(sentence);
  }
}

/** The exit code that stands for a stop reason of an outcome. */
export function exitFor(reason: string): ExitCode {
  switch (reason) {
    case "done":
      return Exit.done;
    case "budget":
    case "turn_limit":
    case "repeated_call":
    case "repeated_reply":
    case "no_progress":
    case "cut_off":
    case "checkpoint":
    case "ping_pong":
    case "handoff_limit":
      return Exit.limit;
    case "diverged":
      return Exit.journal;
    case "failed":
    case "blocked":
    case "cancelled":
    case "declined":
    case "journal":
      return Exit.failed;
    case "suspended":
      return Exit.interrupted;
    default:
      // Every other reason is the subject of a question that is open, or a recording that had not ended.
      return Exit.paused;
  }
}

/** The exit code for a run that could not begin, by the core's code of the failure. */
export function exitForCode(code: string | undefined): ExitCode {
  if (code === "journal" || code === "divergence") return Exit.journal;
  if (code === "invalid_input" || code === "not_found") return Exit.usage;
  return Exit.failed;
}
