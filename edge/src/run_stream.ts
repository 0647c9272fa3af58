// A run as a response: its journal's lines, the model's text and open questions as events, and in the end the outcome.
import { type Answer, type Ask, type JournalStore, type Run, type Troupe, TroupeError } from "troupe";
import type { EventStream } from "./event_stream.js";
import { Refusal } from "./refusal.js";

/**
 * The journal is the client's: a line counts as written when the client's side has taken it, and until then nothing
 * leaves that rests on it. So a client that goes away has every line of what was done.
 */
export function clientsJournal(stream: EventStream, known: string | undefined): JournalStore {
  const decoder = new TextDecoder();
  return {
    durable: true,
    open: async () => undefined,
    append: async (_run, _at, bytes) => {
      const lines = decoder.decode(bytes).trimEnd().split("\n");
      await Promise.all(lines.map((line) => stream.send("entry", line)));
    },
    close: async () => undefined,
    read: async () => known,
    list: async () => [],
  };
}

/** Nobody sits here: a question is answered by what the client sent along, or it is sent out and the run pauses. */
export function clientsAnswers(stream: EventStream, answers: Record<string, Answer>): Ask {
  return (question, { step }) => {
    const answer = answers[step];
    if (answer === undefined)
      void stream.send("question", JSON.stringify({ step, ...question })).catch(() => undefined);
    return answer;
  };
}

/** Resolves when the run is over and the stream closed. */
export async function follow(run: Run, stream: EventStream): Promise<void> {
  void stream.left.then(() => run.suspend()).catch(() => undefined);
  const send = (event: string, data: object) =>
    stream.send(event, JSON.stringify(data)).catch(() => undefined);
  try {
    for await (const event of run) {
      if (event.type === "text") void send("text", { step: event.step, text: event.text });
      else if (event.type === "reset") void send("text", { step: event.step, reset: true });
      else if (event.type === "ended") void send("ended", { run: run.id, ...event.outcome });
    }
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    void send("ended", { run: run.id, stop: { reason: "failed", sentence, resumable: true } });
  }
  await stream.close();
}

/**
 * Refuses what the engine has against a run's beginning, while there is still a status to say it with. It is known
 * within this turn of the event loop: nothing else has been asked of the world by then.
 */
export async function begun(run: Run): Promise<void> {
  const turn = new Promise<void>((resolve) => setTimeout(resolve, 0));
  await Promise.race([run, turn]);
}

/** What the client is told of a run that cannot begin: it was asked for wrongly. */
export function refused(error: unknown): unknown {
  return error instanceof TroupeError ? new Refusal(400, error.message) : error;
}

/** Throws a sentence about a journal that is none, or was tampered with. */
export function checked(troupe: Troupe, journal: string): string {
  const verified = troupe.verify(journal);
  if (!verified.ok) throw new Refusal(400, verified.sentence);
  return journal;
}
