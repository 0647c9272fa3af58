// Questions as they stand on the terminal: the exact tool and the exact arguments, nothing left out without a word.

import type {
  ApprovalQuestion,
  BudgetQuestion,
  ChangedToolsQuestion,
  DoubtQuestion,
  ElicitationQuestion,
  PlanQuestion,
  Question,
  SamplingQuestion,
} from "../../questions.js";
import { duration } from "../text/amounts.js";
import { arranged } from "../journal/describe.js";
import { fieldsOf, textOf } from "../journal/values.js";
import type { Paint } from "../text/style.js";
import { exact, fit, harmless, oneLine, padEnd, widthOf, wrap } from "../text/width.js";

/** Lines of one question before it is cut; [v] shows the rest. */
const MOST_LINES = 24;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Texts are shown as they are, and in quotes where they would look like something else. */
function valueLines(value: unknown, columns: number): string[] {
  if (typeof value !== "string") return wrap(exact(JSON.stringify(value, null, 2) ?? "null"), columns);
  const isAlike = isJson(value);
  const isOneLine = !value.includes("\n");
  if (isOneLine && (isAlike || value === "" || value !== value.trim()))
    return wrap(exact(JSON.stringify(value)), columns);
  return [...(isAlike ? ["(a text:)"] : []), ...wrap(exact(value), columns)];
}

function shownName(name: string): string {
  return exact(name === "" || name !== name.trim() || /[\n\t]/.test(name) ? JSON.stringify(name) : name);
}

const NAME_COLUMNS = 20;

/** Names to the left, values to the right, whole: they take as many lines as they need. */
function entryLines(entries: (readonly [string, unknown])[], columns: number, paint: Paint): string[] {
  const names = entries.map(([name]) => shownName(name));
  const width = Math.min(NAME_COLUMNS, Math.max(...names.map(widthOf)));
  return entries.flatMap(([, value], index) => {
    const name = names[index]!;
    const lines = valueLines(value, Math.max(20, columns - width - 2));
    const isLong = widthOf(name) > width;
    const above = isLong ? wrap(name, columns).map((line) => paint("dim", line)) : [];
    const beside = (at: number) => paint("dim", padEnd(at === 0 && !isLong ? name : "", width));
    return [...above, ...lines.map((line, at) => `${beside(at)}  ${line}`)];
  });
}

export function argumentLines(given: unknown, columns: number, paint: Paint): string[] {
  const entries = arranged(given);
  return entries.length === 0 ? [paint("dim", "(no arguments)")] : entryLines(entries, columns, paint);
}

function approval(question: ApprovalQuestion, columns: number, paint: Paint): string[] {
  const server = question.server === undefined ? "" : ` of ${oneLine(question.server)}`;
  return [
    `${paint("bold", exact(question.tool))}${server} wants to be called with`,
    ...argumentLines(question.arguments, columns, paint),
    ...pathLines(question, columns, paint),
  ];
}

const DID = { private: "read private data", untrusted: "read what strangers wrote", acts: "acted outside" };

/** How the run came to the third of the rule of two. */
function pathLines({ path }: ApprovalQuestion, columns: number, paint: Paint): string[] {
  if (path === undefined) return [];
  return [
    paint("yellow", "What was read may have made the model ask for this. Before, the run"),
    ...path.map(({ did, by }) => `  ${fit(`${DID[did]}: ${oneLine(by)}`, columns - 2)}`),
  ];
}

function inDoubt(question: DoubtQuestion, columns: number, paint: Paint): string[] {
  const args = fieldsOf(question.args);
  const what = oneLine(textOf(args.tool)) || question.kind;
  return [
    ...wrap(`${what} was under way when the run stopped. It is not known whether it was done.`, columns),
    ...argumentLines(args.arguments ?? question.args, columns, paint),
  ];
}

/** An amount of a budget's limit. */
export function amountOf(limit: BudgetQuestion["limit"], value: number): string {
  if (limit === "usd") return `$${Number(value.toFixed(6))}`;
  return limit === "ms" ? duration(value) : `${value.toLocaleString("en-US")} ${limit}`;
}

function budget(question: BudgetQuestion, columns: number, paint: Paint): string[] {
  const { limit, spent, allowed } = question;
  const next = `The next step does not fit into the budget of ${paint("bold", amountOf(limit, allowed))}; ${amountOf(limit, spent)} are spent.`;
  return wrap(next, columns);
}

function plan(
  { sentence, pattern, agents, tokens, usd }: PlanQuestion,
  columns: number,
  paint: Paint,
): string[] {
  const facts: Record<string, string> = {
    pattern: pattern.replaceAll("_", " "),
    ...(agents.length > 0 && { agents: agents.join(", ") }),
    "likely cost": `${tokens.toLocaleString("en-US")} tokens${usd > 0 ? `, ${amountOf("usd", usd)}` : ""}`,
  };
  return [...wrap(harmless(sentence), columns), ...argumentLines(facts, columns, paint)];
}

function changedTools({ changed }: ChangedToolsQuestion, columns: number, paint: Paint): string[] {
  return [
    ...wrap("What these tools say of themselves is not what it was when they were first seen.", columns),
    ...changed.flatMap(({ server, tool, was, now }) => [
      `${paint("bold", oneLine(tool))} of ${oneLine(server)}`,
      ...argumentLines(was === now ? { arguments: "take another form" } : { was, now }, columns, paint),
    ]),
    "Without a yes this run goes on without them.",
  ];
}

function elicitation(
  { server, message, url, errors = [] }: ElicitationQuestion,
  columns: number,
  paint: Paint,
): string[] {
  return [
    ...wrap(`The server ${oneLine(server)} asks:`, columns),
    ...wrap(harmless(message), columns).map((line) => paint("bold", line)),
    ...(url === undefined ? [] : ["Open this page, if you trust it:", ...wrap(exact(url), columns)]),
    ...errors.flatMap((error) => wrap(`Not yet right: ${harmless(error)}`, columns)),
  ];
}

/** What a message says: its text where it is nothing else, or else all that it holds. */
function contentOf(message: unknown): unknown {
  const { role: _role, content, ...beside } = fieldsOf(message);
  const { type, text, ...more } = fieldsOf(content);
  const isText =
    type === "text" && typeof text === "string" && Object.keys({ ...more, ...beside }).length === 0;
  return isText ? text : { content, ...beside };
}

function sampling(question: SamplingQuestion, columns: number, paint: Paint): string[] {
  const { subject: _subject, sentence: _sentence, server, tool: _tool, system, messages, ...more } = question;
  // By number: roles come again, and one may call itself the system.
  const said = messages.map(
    (message, at) => [`${at + 1} ${textOf(fieldsOf(message).role) || "user"}`, contentOf(message)] as const,
  );
  const entries = [...(system === "" ? [] : [["system", system] as const]), ...said, ...Object.entries(more)];
  return [
    ...wrap(`The server ${oneLine(server)} wants a reply of this run's model to`, columns),
    ...entryLines(entries, columns, paint),
  ];
}

export interface ShownQuestion {
  lines: string[];
  /** Lines that are shown only when asked for. */
  hidden: number;
}

/** A bar to the left holds a question together. */
export function showQuestion(
  question: Question,
  columns: number,
  paint: Paint,
  whole = false,
): ShownQuestion {
  const room = Math.max(30, columns - 3);
  const lines =
    question.subject === "approval"
      ? approval(question, room, paint)
      : question.subject === "in_doubt"
        ? inDoubt(question, room, paint)
        : question.subject === "budget"
          ? budget(question, room, paint)
          : question.subject === "plan"
            ? plan(question, room, paint)
            : question.subject === "changed_tools"
              ? changedTools(question, room, paint)
              : question.subject === "elicitation"
                ? elicitation(question, room, paint)
                : question.subject === "sampling"
                  ? sampling(question, room, paint)
                  : wrap(harmless(question.sentence), room);
  const hidden = whole || lines.length <= MOST_LINES + 4 ? 0 : lines.length - MOST_LINES;
  const shown = hidden === 0 ? lines : lines.slice(0, MOST_LINES);
  const bar = paint("yellow", "┃");
  const out = ["", `${bar} ${paint("yellow", titleOf(question))}`, ...shown.map((line) => `${bar} ${line}`)];
  if (hidden > 0) out.push(`${bar} ${paint("yellow", `… ${hidden} more lines: [v] shows them`)}`);
  return { lines: out, hidden };
}

function titleOf({ subject }: Question): string {
  if (subject === "approval") return "Approval";
  if (subject === "budget") return "Budget";
  if (subject === "plan") return "Plan";
  if (subject === "changed_tools") return "Changed tools";
  if (subject === "elicitation") return "A server asks";
  if (subject === "sampling") return "A server wants the model";
  return subject === "in_doubt" ? "In doubt" : "Question";
}
