// Bodies of requests, checked: whatever is wrong is said in a sentence before anything runs.
import type { Answer, RunOptions } from "troupe";
import { Refusal } from "./refusal.js";

/** Journals of long runs are some megabytes. A worker has 128 MB for everything. */
const LARGEST_BODY = 16 << 20;

export interface StartRequest {
  task: string;
  options: RunOptions;
}

export interface ResumeRequest {
  journal: string;
  /** By the step that asks. */
  answers: Record<string, Answer>;
}

/** What a client may set. */
const OPTIONS = ["model", "instruction", "servers", "tools", "budget", "limits", "approvals"];

export async function startRequest(request: Request): Promise<StartRequest> {
  const body = objectIn(await textOf(request));
  const { task, options = {}, ...others } = body;
  refuseOthers(others, 'The body has "task" and "options"');
  if (typeof task !== "string" || task.trim() === "") {
    throw new Refusal(400, 'The body needs a "task": say in words what is to be done.');
  }
  if (!isObject(options)) throw new Refusal(400, 'The "options" are not an object.');
  refuseOthers(without(options, OPTIONS), `The options are ${OPTIONS.join(", ")}`);
  for (const name of ["budget", "limits"]) {
    if (options[name] !== undefined && !isObject(options[name])) {
      throw new Refusal(400, `The option "${name}" must be an object.`);
    }
  }
  return { task, options: options as RunOptions };
}

/** A journal alone, or as JSON a journal and answers to the questions that it stopped at. */
export async function resumeRequest(request: Request): Promise<ResumeRequest> {
  const text = await textOf(request);
  if (!isJson(request)) return { journal: journalIn(text), answers: {} };
  const { journal, answers = {}, ...others } = objectIn(text);
  refuseOthers(others, 'The body has "journal" and "answers"');
  if (typeof journal !== "string")
    throw new Refusal(400, 'The body needs a "journal": its lines as one text.');
  if (!isObject(answers) || !Object.values(answers).every(isObject)) {
    throw new Refusal(
      400,
      'The "answers" are not an object of answers by step, such as {"0.2.0": {"approve": true}}.',
    );
  }
  return { journal: journalIn(journal), answers: answers as unknown as ResumeRequest["answers"] };
}

export async function journalRequest(request: Request): Promise<string> {
  return journalIn(await textOf(request));
}

function journalIn(text: string): string {
  if (text.trim() === "") throw new Refusal(400, "The body is empty: send the lines of a journal.");
  return text;
}

/**
 * Reads as it comes, because a length that is promised may be a lie. What is too large is read to its end all the same, as
 * long as that is in sight: a client that is cut off in the middle of sending does not see why.
 */
async function textOf(request: Request): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let size = 0;
  try {
    for await (const piece of request.body ?? []) {
      size += piece.length;
      if (size > 4 * LARGEST_BODY) break;
      if (size <= LARGEST_BODY) text += decoder.decode(piece, { stream: true });
      else text = "";
    }
    if (size <= LARGEST_BODY) return text + decoder.decode();
  } catch (error) {
    throw new Refusal(400, error instanceof TypeError ? "The body is not UTF-8." : "The body broke off.");
  }
  throw new Refusal(413, `The body is larger than ${LARGEST_BODY >> 20} MB.`);
}

function objectIn(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The body is not JSON. Send an object such as {"task": "add 17 and 25"}.');
  }
  if (!isObject(value)) throw new Refusal(400, "The body is not a JSON object.");
  return value;
}

function refuseOthers(others: Record<string, unknown>, known: string): void {
  const [name] = Object.keys(others);
  if (name !== undefined) throw new Refusal(400, `${known}; there is no "${name}".`);
}

function without(object: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isJson(request: Request): boolean {
  return /^application\/json\b/i.test(request.headers.get("content-type") ?? "");
}
