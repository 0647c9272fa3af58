// A run as events of the AG-UI protocol.
import type { AgUiEvent, AgUiInput } from "./ag-ui-events.js";
import { resumedAnswer } from "./ag-ui-resume.js";
import { eventsOf } from "./ag-ui-told.js";
import { readableOf, type SseOptions, sseResponse } from "./sse.js";
import type { PageOptions, PageRun } from "./telling.js";
import { tellingsOf } from "./tellings.js";

export type { NoteKind, PageOptions, PageRun, PlainQuestion } from "./telling.js";
export type { SseOptions } from "./sse.js";
export type * from "./ag-ui-events.js";

export interface AgUiOptions extends PageOptions {
  /** What the page posted: its thread and run, the messages it has, and answers to interrupts. Default: the run's name. */
  input?: AgUiInput;
}

/**
 * The run as a stream of AG-UI events. Call it as soon as the run begins. It never throws: a run that cannot begin is a
 * `RUN_ERROR`. Whoever cancels the stream cancels the run.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 * import { agUiStream } from "troupe/ag-ui";
 *
 * const troupe = await createTroupe();
 * for await (const event of agUiStream(troupe.run("add 17 and 25"))) console.log(event.type);
 * ```
 */
export function agUiStream(run: PageRun, options: AgUiOptions = {}): ReadableStream<AgUiEvent> {
  const { input = { threadId: run.id, runId: run.id } } = options;
  const tellings = tellingsOf(run, options, {
    // A message's id is its own in the whole thread, also where a resumed run writes again what it was writing.
    texts: input.runId,
    answerOf: (ask, question) => resumedAnswer(input, ask, question),
  });
  return readableOf(run, eventsOf(run.id, input, tellings));
}

/**
 * The run as a response of server-sent events, as the protocol's `HttpAgent` reads it. See `agUiStream`.
 *
 * @example
 * ```ts
 * import { createTroupe } from "troupe";
 * import { type AgUiInput, agUiResponse } from "troupe/ag-ui";
 *
 * const troupe = await createTroupe();
 * export const POST = async (request: Request) => {
 *   const input = (await request.json()) as AgUiInput & { forwardedProps: { task: string } };
 *   return agUiResponse(troupe.run(input.forwardedProps.task), { input });
 * };
 * ```
 */
export function agUiResponse(run: PageRun, options: AgUiOptions & SseOptions = {}): Response {
  return sseResponse(agUiStream(run, options), options);
}

/**
 * The name of the run whose interrupts a page answers, for `troupe.resume`; none when it begins a new one. It comes from
 * the page: look whether the run is this user's.
 */
export function resumedRun({ resume }: AgUiInput): string | undefined {
  const id: unknown = Array.isArray(resume) ? resume[0]?.interruptId : undefined;
  return typeof id === "string" ? id.split("/")[0] : undefined;
}
