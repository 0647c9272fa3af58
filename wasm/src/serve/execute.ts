// A tool's call that carries out a task: told as it goes on, its questions given to the client, its answer the result.
import { type InputRequiredResult, type ServerContext, inputRequired } from "@modelcontextprotocol/server";

import { TroupeError } from "../errors.js";
import type { Outcome, RunEvent } from "../events.js";
import type { Attendance } from "../options.js";
import type { Question } from "../questions.js";
import type { Run } from "../run.js";
import { answerOf, elicitationOf, wordsOf } from "./questions.js";

/** What a paused run's client gives back with its answers. */
export interface Paused {
  run: string;
}

export interface Execution {
  context: ServerContext;
  /** Whether the client can ask its person. */
  asks: boolean;
  /** Answers by the steps that ask. */
  responses: Readonly<Record<string, unknown>>;
  mint(paused: Paused): Promise<string>;
}

interface ToolAnswer {
  [more: string]: unknown;
  content: { type: "text"; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

/** Follows a run to its end, or to questions that the client has not answered yet. */
export async function executed(
  begin: (attendance: Attendance & { signal: AbortSignal }) => Run,
  { context, asks, responses, mint }: Execution,
): Promise<ToolAnswer | InputRequiredResult> {
  const { signal } = context.mcpReq;
  const open = new Map<string, Question>();
  try {
    const run = begin({
      signal,
      ask: (question, { step }) => {
        const answer = answerOf(question, responses[step]);
        if (answer === undefined) open.set(step, question);
        return answer;
      },
    });
    await told(run, context);
    const outcome = await run;
    if (!outcome.stop.resumable || open.size === 0) return answerIn(run.id, outcome);
    if (!asks) return pausedIn(run.id, outcome, open);
    const requests = [...open].map(([step, question]) => [step, elicitationOf(question)] as const);
    return inputRequired({
      inputRequests: Object.fromEntries(requests),
      requestState: await mint({ run: run.id }),
    });
  } catch (error) {
    if (!(error instanceof TroupeError)) throw error;
    return { isError: true, content: [{ type: "text", text: error.message }] };
  }
}

function structured(
  run: string,
  { answer, stop, usage, pattern, missing }: Outcome,
): Record<string, unknown> {
  const { reason, sentence } = stop;
  return {
    run,
    answer,
    stop: { reason, ...(sentence && { sentence }) },
    pattern,
    usage: { ...usage },
    ...(missing && { missing }),
  };
}

function answerIn(run: string, outcome: Outcome): ToolAnswer {
  const { reason, sentence = reason } = outcome.stop;
  const done = reason === "done";
  const text = done ? outcome.answer : `${sentence}${outcome.answer ? `\n\nSo far:\n${outcome.answer}` : ""}`;
  const failed = reason === "failed";
  return {
    content: [{ type: "text", text }],
    structuredContent: structured(run, outcome),
    ...(failed && { isError: true }),
  };
}

/** For clients that cannot ask anybody: the run waits in its journal. */
function pausedIn(run: string, outcome: Outcome, open: ReadonlyMap<string, Question>): ToolAnswer {
  const questions = [...open].map(([step, question]) => ({ step, ...question }));
  const words = [...open].map(([step, question]) => `[${step}] ${wordsOf(question)}`).join("\n\n");
  const how = `The run "${run}" waits for answers. Ask the user, and call resume_run with "run" and with "answers" by the step in brackets.`;
  return {
    content: [{ type: "text", text: `${how}\n\n${words}` }],
    structuredContent: { ...structured(run, outcome), questions },
  };
}

async function told(run: Run, { mcpReq }: ServerContext): Promise<void> {
  const progressToken = mcpReq._meta?.progressToken;
  let progress = 0;
  for await (const event of run) {
    const message = progressToken === undefined ? undefined : messageOf(event);
    if (message === undefined) continue;
    const params = { progressToken: progressToken!, progress: ++progress, message };
    // Who went away hears nothing more; the signal says so too.
    await mcpReq.notify({ method: "notifications/progress", params }).catch(() => undefined);
  }
}

function messageOf(event: RunEvent): string | undefined {
  if (event.type !== "step") return undefined;
  if (event.kind === "tool")
    return `${event.state === "begun" ? "calling" : event.state === "done" ? "called" : "failed:"} ${event.tool}`;
  if (event.state !== "done") return undefined;
  if (event.kind === "chat") return `${event.agent ?? "the model"} replied`;
  return event.kind === "ask" ? "a question was answered" : event.kind;
}
