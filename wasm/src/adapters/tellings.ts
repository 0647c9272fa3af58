// A run's tellings, one after the other, until its end.
import { TroupeError } from "../errors.js";
import type { RunEvent } from "../events.js";
import { type Page, Reading } from "./reading.js";
import type { PageOptions, PageRun, Telling } from "./telling.js";

export type Tellings = AsyncGenerator<Telling, undefined>;

/** Listens from now on, so that no question finds nobody there. */
export function tellingsOf(run: PageRun, options: PageOptions, page: Page): Tellings {
  return told(run[Symbol.asyncIterator](), new Reading(run, options, page));
}

async function* told(events: AsyncIterator<RunEvent>, reading: Reading): Tellings {
  try {
    for await (const event of { [Symbol.asyncIterator]: () => events }) {
      yield* reading.event(event);
      if (event.type === "ended") return;
    }
    throw new TroupeError("internal", "The run's events stopped before its end.");
  } catch (error) {
    yield reading.broken(error);
  }
}
