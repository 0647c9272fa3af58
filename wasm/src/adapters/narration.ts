// A run as a chat would tell it: texts that begin and end, calls and their results, notes, and one end. What both chat
// protocols are made from.
import { sentenceOf } from "../errors.js";
import type { OtherStep, Outcome, QuestionEvent, RunEvent, ToolStep } from "../events.js";
import type { Run } from "../run.js";

export type Told =
  | { tell: "text-begins"; id: string }
  | { tell: "text"; id: string; text: string }
  | { tell: "text-ends"; id: string }
  /** What the text of this id said was given up; another one follows. */
  | { tell: "text-given-up"; id: string }
  | { tell: "call"; id: string; tool: string; input: unknown }
  | { tell: "result"; id: string; output: unknown; failed: boolean }
  | { tell: "note"; step: OtherStep }
  | { tell: "question"; question: QuestionEvent }
  | { tell: "end"; outcome: Outcome }
  | { tell: "failure"; sentence: string };

/** Texts of one run: several agents may write at once, and one that is given up gets a new id. */
class Texts {
  readonly #open = new Map<string, { id: string; text: string }>();
  readonly #times = new Map<string, number>();
  /** All that was told to its end. */
  readonly told = new Set<string>();

  *add(step: string, text: string): Generator<Told> {
    let part = this.#open.get(step);
    if (part === undefined) {
      const times = (this.#times.get(step) ?? 0) + 1;
      this.#times.set(step, times);
      part = { id: times === 1 ? step : `${step}#${times}`, text: "" };
      this.#open.set(step, part);
      yield { tell: "text-begins", id: part.id };
    }
    part.text += text;
    yield { tell: "text", id: part.id, text };
  }

  *end(step: string, givenUp = false): Generator<Told> {
    const part = this.#open.get(step);
    if (part === undefined) return;
    this.#open.delete(step);
    if (!givenUp) this.told.add(part.text);
    yield { tell: "text-ends", id: part.id };
    if (givenUp) yield { tell: "text-given-up", id: part.id };
  }

  *endAll(): Generator<Told> {
    for (const step of [...this.#open.keys()]) yield* this.end(step);
  }
}

function* call(step: ToolStep, begun: Set<string>): Generator<Told> {
  if (!begun.has(step.step)) {
    begun.add(step.step);
    yield { tell: "call", id: step.step, tool: step.tool, input: step.arguments ?? {} };
  }
  if (step.state === "begun") return;
  const { result, error } = step;
  yield {
    tell: "result",
    id: step.step,
    output: error?.sentence ?? result?.structured ?? result?.text ?? "",
    failed: error !== undefined || result?.failed === true,
  };
}

function* narrated(event: RunEvent, texts: Texts, begun: Set<string>): Generator<Told> {
  if (event.type === "text") yield* texts.add(event.step, event.text);
  else if (event.type === "reset") yield* texts.end(event.step, true);
  else if (event.type === "question") yield { tell: "question", question: event };
  else if (event.type === "step" && event.kind === "chat") yield* texts.end(event.step);
  else if (event.type === "step" && event.kind === "tool") yield* call(event, begun);
  else if (event.type === "step") yield { tell: "note", step: event };
  else if (event.type === "ended") {
    yield* texts.endAll();
    const { answer } = event.outcome;
    // An answer that was put together, or came whole, was not told yet.
    if (answer !== "" && !texts.told.has(answer)) {
      yield* texts.add("answer", answer);
      yield* texts.end("answer");
    }
    yield { tell: "end", outcome: event.outcome };
  }
}

/** The events of a run to its one end. It does not throw: a run that cannot begin ends with a failure. */
async function* narrationOf(events: AsyncIterable<RunEvent>): AsyncGenerator<Told> {
  const texts = new Texts();
  const begun = new Set<string>();
  try {
    for await (const event of events) yield* narrated(event, texts, begun);
  } catch (error) {
    yield* texts.endAll();
    yield { tell: "failure", sentence: sentenceOf(error) };
  }
}

/** What `tell` makes of the run, as it comes. A consumer that goes away cancels the run. */
export function streamOf<Item>(run: Run, tell: (told: Told) => Iterable<Item>): ReadableStream<Item> {
  // Who looks later misses what was before.
  const events = run[Symbol.asyncIterator]();
  const narration = narrationOf({ [Symbol.asyncIterator]: () => events });
  return new ReadableStream<Item>({
    async pull(controller) {
      for (;;) {
        const { done, value } = await narration.next();
        if (done) return controller.close();
        const items = [...tell(value)];
        for (const item of items) controller.enqueue(item);
        if (items.length > 0) return;
      }
    },
    async cancel() {
      await run.cancel();
    },
  });
}

/** Server-sent events, each with one item as JSON; `last` is sent after them as it is. */
export function eventsOf(items: ReadableStream<unknown>, last?: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const line = (data: string) => encoder.encode(`data: ${data}\n\n`);
  return items.pipeThrough(
    new TransformStream<unknown, Uint8Array>({
      transform: (item, controller) => controller.enqueue(line(JSON.stringify(item))),
      flush(controller) {
        if (last !== undefined) controller.enqueue(line(last));
      },
    }),
  );
}

/** The headers of a stream of events that nothing on the way may hold back. */
export const EVENT_HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache",
  "x-accel-buffering": "no",
};
