// Questions to a person, and the answers.
import { TroupeError } from "./errors.js";
import { exactly } from "./exact.js";
import type { PatternName } from "./judgement.js";
import { renamed } from "./names.js";
import { BUDGET } from "./option-names.js";
import type { WireOutcome, WireQuestion } from "./protocol.js";
import type { Budget, Doing } from "./options.js";
import type { ElicitationAnswer } from "./connected-server.js";

/** May this tool be called with these arguments? */
export interface ApprovalQuestion {
  subject: "approval";
  sentence: string;
  tool: string;
  server?: string;
  /** As the server gets them: a number that JavaScript cannot hold, such as 9007199254740993, is here as a text. */
  arguments: Record<string, unknown>;
  /** Binds an answer to exactly this tool and these arguments. */
  hash: string;
  /**
   * Only where the rule of two asks: the calls by which the run did the other two of reading private data, reading what
   * strangers wrote, and acting.
   */
  path?: { did: Doing; by: string }[];
}

/** The budget is not enough for the next step. Raise it, or end with what there is. */
export interface BudgetQuestion {
  subject: "budget";
  sentence: string;
  limit: keyof Budget;
  spent: number;
  allowed: number;
  /** What there is so far. */
  partial: string;
}

/** A host stopped in the middle of a step with an effect, and nobody knows whether it was carried out. */
export interface DoubtQuestion {
  subject: "in_doubt";
  sentence: string;
  kind: string;
  args: unknown;
}

/** May the run begin with this plan? Only where its option `confirm` says so. */
export interface PlanQuestion {
  subject: "plan";
  sentence: string;
  pattern: PatternName;
  /** By name; none where one works alone. */
  agents: string[];
  /** What it is likely to take. */
  tokens: number;
  usd: number;
}

/** What these tools say of themselves is not what it was when they were first seen. May the run use them? */
export interface ChangedToolsQuestion {
  subject: "changed_tools";
  sentence: string;
  changed: { server: string; tool: string; was: string; now: string }[];
}

/** A server asks, in the midst of a tool's call: by a form, or by a page to visit. */
export interface ElicitationQuestion {
  subject: "elicitation";
  sentence: string;
  /** The server's own words. Who asks is a stranger: give it nothing that it need not know, and no password. */
  message: string;
  mode: "form" | "url";
  server: string;
  tool: string;
  /** Of a form: JSON Schema of an object with texts, numbers, yes or no, and choices. */
  schema?: Record<string, unknown>;
  /** Of a page: where it is. */
  url?: string;
  /** What was wrong with the last answer. */
  errors?: string[];
}

/** May this server have a reply of the run's model to its messages? It is paid from the run's budget. */
export interface SamplingQuestion {
  subject: "sampling";
  sentence: string;
  server: string;
  tool: string;
  system: string;
  /** As the protocol has them: `role` and `content`. */
  messages: unknown[];
  /** That the server gives the model, where it does: `name`, `description` and `inputSchema`. The model reads them. */
  tools?: unknown[];
}

/** What an agent asks. */
export interface OpenQuestion {
  subject: "question";
  sentence: string;
}

export type Question =
  | ApprovalQuestion
  | BudgetQuestion
  | DoubtQuestion
  | PlanQuestion
  | ChangedToolsQuestion
  | ElicitationQuestion
  | SamplingQuestion
  | OpenQuestion;

/** To approve or not: a call, a plan, tools that changed, a reply for a server. */
export interface ApprovalAnswer {
  approve: boolean;
  /** Why not; the model reads it. */
  reason?: string;
  /** Of a call; filled in when it is left out. */
  hash?: string;
}

/** What is added to the limits; left out: the run ends with what there is. */
export interface BudgetAnswer {
  raise?: Budget;
}

export type DoubtAnswer = { choice: "retry" } | { choice: "skip" } | { choice: "result"; result: unknown };

export interface OpenAnswer {
  text: string;
}

/** Which run asks, and in which step: a question that is asked again on another host has the same place. */
export interface QuestionPlace {
  readonly run: string;
  readonly step: string;
}

export type Answer = ApprovalAnswer | BudgetAnswer | DoubtAnswer | ElicitationAnswer | OpenAnswer;

/**
 * Decides on a tool call. `undefined`: nobody can decide now, and the run pauses. A handler that throws denies.
 *
 * @example
 * ```ts
 * import type { Approve } from "troupe";
 *
 * const approve: Approve = ({ tool }) => tool !== "delete_file" || { approve: false, reason: "We keep our files." };
 * ```
 */
export type Approve = (
  question: ApprovalQuestion,
  place: QuestionPlace,
) => boolean | ApprovalAnswer | undefined | Promise<boolean | ApprovalAnswer | undefined>;

/**
 * Answers questions: of budgets, of steps in doubt, of agents, and of tool calls when there is no `approve`.
 * `undefined`: nobody can answer now, and the run pauses.
 *
 * @example
 * ```ts
 * import type { Ask } from "troupe";
 *
 * const ask: Ask = (question) => (question.subject === "budget" ? { raise: { usd: 0.1 } } : undefined);
 * ```
 */
export type Ask = (
  question: Question,
  place: QuestionPlace,
) => Answer | undefined | Promise<Answer | undefined>;

/** The question in some JSON, in its public form. */
export function questionIn(json: string): Question {
  const wire = JSON.parse(json) as WireQuestion;
  return questionOf(isOfServer(wire) ? (exactly(json) as WireQuestion) : wire);
}

/** The outcome in some JSON, with the questions that are open as they are asked. */
export function outcomeIn(json: string): WireOutcome {
  const wire = JSON.parse(json) as WireOutcome;
  if (!wire.questions?.some(isOfServer)) return wire;
  const exact = (exactly(json) as WireOutcome).questions!;
  return { ...wire, questions: wire.questions.map((each, i) => (isOfServer(each) ? exact[i]! : each)) };
}

/** A server gets the arguments as the model wrote them; a tool of the application gets what JavaScript makes of them. */
const isOfServer = (wire: WireQuestion) => wire.subject === "approval" && wire.server !== undefined;

/** The public form of a question: money in dollars. */
export function questionOf(wire: WireQuestion): Question {
  if (wire.subject === "plan") {
    const { nano_usd, pattern, ...rest } = wire;
    return { ...rest, pattern: pattern as PatternName, usd: nano_usd / 1e9 };
  }
  if (wire.subject !== "budget") return wire;
  if (wire.limit !== "nano_usd") return { ...wire, limit: wire.limit };
  return { ...wire, limit: "usd", spent: wire.spent / 1e9, allowed: wire.allowed / 1e9 };
}

interface AnswerForm {
  fits(given: Record<string, unknown>): boolean;
  such: string;
}

const APPROVAL: AnswerForm = {
  fits: ({ approve }) => typeof approve === "boolean",
  such: "{ approve: true } or { approve: false, reason }",
};

/** What answers look like, by what they answer: the engine takes another one for a no. */
const ANSWERS: Record<Question["subject"], AnswerForm> = {
  approval: APPROVAL,
  plan: APPROVAL,
  changed_tools: APPROVAL,
  sampling: APPROVAL,
  budget: {
    fits: (given) => Object.keys(given).every((name) => name === "raise"),
    such: "{ raise: { usd: 0.1 } }, or {} to end with what there is",
  },
  in_doubt: {
    fits: ({ choice }) => ["retry", "skip", "result"].includes(choice as string),
    such: '{ choice: "retry" }, { choice: "skip" } or { choice: "result", result }',
  },
  elicitation: {
    fits: ({ action }) => ["accept", "decline", "cancel"].includes(action as string),
    such: '{ action: "accept", content }, { action: "decline" } or { action: "cancel" }',
  },
  question: { fits: ({ text }) => typeof text === "string", such: "{ text }" },
};

/** The engine's form of an answer. Throws `invalid_input` where it is none, or one to another question. */
export function answerOf(question: Question, answer: Answer): object {
  const { fits, such } = ANSWERS[question.subject];
  if (typeof answer !== "object" || answer === null || !fits(answer as Record<string, unknown>)) {
    const given = typeof answer === "object" ? JSON.stringify(answer) : String(answer);
    throw new TroupeError(
      "invalid_input",
      `A question of the subject "${question.subject}" is answered by ${such}, not by ${given}.`,
    );
  }
  if ("approve" in answer && question.subject === "approval") return { hash: question.hash, ...answer };
  if ("raise" in answer && answer.raise) return { raise: budgetOf(answer.raise) };
  return answer;
}

/** The engine's form of a budget: money in nano-dollars. Throws `invalid_input` where it is none. */
export function budgetOf(budget: Budget): Omit<Budget, "usd"> & { nano_usd?: number } {
  const wire = renamed<Budget, Omit<Budget, "usd">>("A budget", budget, BUDGET);
  return budget.usd === undefined ? wire : { ...wire, nano_usd: nanoOf("A budget", budget.usd) };
}

/** Nano-dollars. Throws where that is no amount of dollars. */
export function nanoOf(whose: string, usd: number): number {
  if (typeof usd === "number" && usd >= 0 && usd < 9e6) return Math.round(usd * 1e9);
  throw new TroupeError(
    "invalid_input",
    `${whose} has "usd": ${String(usd)}. It takes dollars, from 0 to 9 million.`,
  );
}
