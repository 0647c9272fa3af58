// What a rating is about: a run that is over, or what an application says was done.
import { TroupeError } from "./errors.js";
import { doneAs } from "./journal-text.js";
import type { PatternName, Rated } from "./judgement.js";
import { onlyNames } from "./names.js";
import { RATED } from "./option-names.js";
import type { Run } from "./run.js";

const PATTERNS: Readonly<Record<PatternName, true>> = {
  direct: true,
  chain: true,
  parallel: true,
  router: true,
  orchestrator: true,
  swarm: true,
  evaluator_optimizer: true,
};

/** What a run's end is worth to the engine as long as nobody rates it, in thousandths: as core/agents/judgement.cpp has it. */
const ENDED = 800;

/** A task, how it was done, and what was learned of that already: `instead`. */
export interface RatedWork {
  task: string;
  choices: string[];
  instead?: number;
}

/** What the engine is told of a rating. Throws where there is nothing to rate. */
export class Ratings {
  readonly #rewards = new WeakMap<Run | Rated, number>();

  of(rated: Run | Rated, reward: number): RatedWork {
    if (typeof rated !== "object" || rated === null)
      throw new TroupeError("invalid_input", "What is rated is a run, or { task, pattern }.");
    const known = this.#rewards.get(rated);
    const work = "journal" in rated ? ofRun(rated.journal()) : ofWork(rated);
    this.#rewards.set(rated, reward);
    return known === undefined ? work : { ...work, instead: known };
  }
}

function ofRun(journal: string): RatedWork {
  const done = doneAs(journal);
  if (done.stop === undefined)
    throw new TroupeError("invalid_input", "The run is not over: rate it once it has ended.");
  const instead = done.stop === "cancelled" ? {} : { instead: done.stop === "done" ? ENDED : 0 };
  return { task: done.task, choices: choicesOf(done), ...instead };
}

function ofWork(rated: Rated): RatedWork {
  onlyNames("The feedback", rated, RATED);
  const choices = choicesOf(rated);
  if (choices.length === 0)
    throw new TroupeError(
      "invalid_input",
      "A rating of a task says by which pattern, agent or model it was done.",
    );
  if (rated.pattern !== undefined && !(rated.pattern in PATTERNS))
    throw new TroupeError(
      "invalid_input",
      `There is no pattern ${JSON.stringify(rated.pattern)}. There are: ${Object.keys(PATTERNS).join(", ")}.`,
    );
  return { task: rated.task, choices };
}

const choicesOf = ({ pattern, agent, model }: Omit<Rated, "task">): string[] => [
  ...(pattern === undefined ? [] : [`pattern:${pattern}`]),
  ...(agent === undefined ? [] : [`agent:${agent}`]),
  ...(model === undefined ? [] : [`model:${model}`]),
];
