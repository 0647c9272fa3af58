// Steps in a few words: the same words while a run is under way and when its journal is shown.

import { bytes, count, duration } from "../text/amounts.js";
import { fit, oneLine } from "../text/width.js";
import { type Call, callsOf, fieldsOf, listOf, numberOf, textOf } from "./values.js";

function shortValue(value: unknown, columns: number): string {
  if (typeof value === "string") {
    const plain = oneLine(value);
    return fit(/^[^\s"'{}[\],:]+$/.test(plain) ? plain : JSON.stringify(plain), columns);
  }
  return fit(oneLine(JSON.stringify(value) ?? "null"), columns);
}

/** What tells calls apart at a glance. */
const TELLING = /^(path|paths|file|uri|url|name|query|pattern|source|command|id)$/;

/** A tool's arguments: what tells calls apart first, and last the long texts, which would hide all others. */
export function arranged(value: unknown): [name: string, value: unknown][] {
  const rank = ([name, item]: [string, unknown]) =>
    (JSON.stringify(item) ?? "").length > 60 ? 2 : TELLING.test(name) ? 0 : 1;
  return Object.entries(fieldsOf(value)).sort((a, b) => rank(a) - rank(b));
}

/** `path: docs/a.md, head: 10`, at most `columns` wide. */
export function describeArguments(value: unknown, columns = 120): string {
  const entries = arranged(value);
  const each = entries.length > 1 ? Math.max(20, Math.floor(columns / 2)) : columns;
  return fit(entries.map(([name, item]) => `${name}: ${shortValue(item, each)}`).join(", "), columns);
}

/** A text's first line that says something, and how much there is besides. */
export function describeText(text: string, columns = 120): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("```"));
  if (lines.length === 0) return "(empty)";
  const first = oneLine(lines[0]!);
  const whole = text.trimEnd().split("\n").length;
  const size = whole === 1 ? "" : ` (${count(whole, "line")}, ${bytes(Buffer.byteLength(text))})`;
  return fit(first, Math.max(10, columns - size.length)) + size;
}

/** What a tool gave back. */
export function describeResult(value: unknown, columns = 120): string {
  const result = fieldsOf(value);
  if (result.input !== undefined) return describeInput(fieldsOf(result.input));
  if (typeof result.text === "string") return describeText(result.text, columns);
  return fit(oneLine(JSON.stringify(value) ?? "null"), columns);
}

/** What a server wants before there is a result. */
function describeInput({ requests, task }: Record<string, unknown>): string {
  const methods = Object.values(fieldsOf(requests)).map((request) => textOf(fieldsOf(request).method));
  if (methods.length === 0)
    return task === undefined ? "goes on" : `works on it, as the task ${oneLine(textOf(task))}`;
  const wishes = methods.map((method) =>
    method === "sampling/createMessage" ? "wants a reply of the model" : "asks",
  );
  return [...new Set(wishes)].join(", ");
}

function describeCalls(calls: Call[]): string {
  const times = new Map<string, number>();
  for (const { name } of calls) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times].map(([name, n]) => (n > 1 ? `${oneLine(name)} ×${n}` : oneLine(name))).join(", ");
}

const HAND_OVER = "hand_over_to_";

/** By such a call an agent of a swarm gives the work away; it is no tool. */
export const isHandOver = ({ name }: { name: string }) => name.startsWith(HAND_OVER);

/** What a model replied: the tools that it calls, or what it says. */
export function describeReply(value: unknown, columns = 120): string {
  const calls = callsOf(value);
  if (calls.length === 1 && isHandOver(calls[0]!)) {
    const context = oneLine(textOf(fieldsOf(calls[0]!.arguments).context));
    return fit(`hands over to ${calls[0]!.name.slice(HAND_OVER.length)}: ${context}`, columns);
  }
  if (calls.length > 0) return fit(`calls ${describeCalls(calls)}`, columns);
  return describeText(textOf(fieldsOf(value).text), columns);
}

const words = (value: unknown) => textOf(value).replaceAll("_", " ");

/** What the engine thought of the task. */
export function describeAnalysis(value: unknown): string {
  const { type, complexity, risk, probability } = fieldsOf(value);
  const likely = fieldsOf(fieldsOf(probability).risk);
  // A risk is named long before it is likely: better asked about than overlooked.
  const risks = listOf(risk).map((each) => {
    const chance = likely[textOf(each)];
    return chance !== undefined && numberOf(chance) < 500 ? `${words(each)}?` : words(each);
  });
  return [words(type), words(complexity), ...risks].join(", ");
}

/** The pattern that was recommended, and the next best. */
export function describeStrategy(value: unknown): string {
  return Object.entries(fieldsOf(fieldsOf(value).scores))
    .map(([pattern, score]) => [pattern, numberOf(score)] as const)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 2)
    .map(([pattern, score]) => `${words(pattern)} ${Math.round(score / 10)} %`)
    .join(", ");
}

/** How many tools there are, and of whom: `14 tools of files`. */
export function describeTools(value: unknown, columns = 120): string {
  const servers = new Map<string, number>();
  const tools = listOf(fieldsOf(value).tools);
  for (const tool of tools) {
    const server = textOf(fieldsOf(tool).server) || "the application";
    servers.set(server, (servers.get(server) ?? 0) + 1);
  }
  const failed = listOf(fieldsOf(value).failed).map((each) => textOf(fieldsOf(each).server));
  const names = [...servers].map(([name, n]) => (servers.size > 1 ? `${name} ${n}` : name)).join(", ");
  const found = tools.length === 0 ? "none" : `${count(tools.length, "tool")} of ${names}`;
  return fit(found + (failed.length > 0 ? `; not usable: ${failed.join(", ")}` : ""), columns);
}

/** A person's answer to a question. */
export function describeAnswer(question: unknown, value: unknown): string {
  const answer = fieldsOf(value);
  const subject = textOf(fieldsOf(question).subject);
  if (subject === "approval" || subject === "plan" || subject === "changed_tools") {
    if (answer.approve === true) return "approved";
    return textOf(answer.reason) === "" ? "denied" : `denied: ${oneLine(textOf(answer.reason))}`;
  }
  if (subject === "budget") {
    const raised = Object.entries(fieldsOf(answer.raise));
    return raised.length === 0
      ? "end here"
      : `raised by ${raised.map(([limit, by]) => amount(limit, by)).join(", ")}`;
  }
  if (subject === "in_doubt") return textOf(answer.choice) || "skip";
  return oneLine(textOf(answer.text)) || "(no answer)";
}

export function amount(limit: string, value: unknown): string {
  const number = numberOf(value);
  if (limit === "nano_usd") return `$${number / 1e9}`;
  if (limit === "ms") return duration(number);
  return `${number.toLocaleString("en-US")} ${limit}`;
}

/** What a step is called: a tool by its name, the others by what they are. */
export function titleOf(kind: string, args: unknown): string {
  const fields = fieldsOf(args);
  if (kind === "tool") return oneLine(textOf(fields.tool)) || "tool";
  // The agent of a run that has only one is called "agent", which says nothing.
  if (kind === "chat")
    return ["", "agent"].includes(textOf(fields.agent))
      ? "model"
      : `model of ${oneLine(textOf(fields.agent))}`;
  if (kind === "ask") {
    const subject = textOf(fields.subject);
    if (subject === "approval") return "approval";
    return subject === "budget" ? "budget" : "question";
  }
  return kind;
}

/** What a step was asked to do. */
export function subjectOf(kind: string, args: unknown, columns = 120): string {
  const fields = fieldsOf(args);
  if (kind === "tool") return describeArguments(fields.arguments, columns);
  if (kind === "ask") {
    if (fields.subject !== "approval") return fit(oneLine(textOf(fields.sentence)), columns);
    const tool = oneLine(textOf(fields.tool));
    return fit(`${tool} ${describeArguments(fields.arguments, columns)}`, columns);
  }
  if (kind === "sleep") return duration(numberOf(fields.ms));
  if (kind === "search") return fit(shortValue(fields.query, columns), columns);
  if (kind === "agents") return `for ${words(fields.pattern)}`;
  if (kind === "recovery") {
    return `${words(fields.from)} did not work, now ${words(fields.to)}`;
  }
  return "";
}

function nameAndRole(agent: unknown): string {
  const { name, role } = fieldsOf(agent);
  return textOf(role) === "" || role === name ? textOf(name) : `${textOf(name)} (${textOf(role)})`;
}

/** What came of a step that is done. */
export function outcomeOf(kind: string, args: unknown, value: unknown, columns = 120): string {
  if (kind === "chat") return describeReply(value, columns);
  if (kind === "tool") return describeResult(value, columns);
  if (kind === "tools") return describeTools(value, columns);
  if (kind === "ask") return fit(describeAnswer(args, value), columns);
  if (kind === "sleep") return "";
  if (kind === "analysis") return fit(describeAnalysis(value), columns);
  if (kind === "strategy") return fit(describeStrategy(value), columns);
  if (kind === "agents") return fit(listOf(value).map(nameAndRole).join(", "), columns);
  if (kind === "search") return fit(listOf(value).map(textOf).join(", "), columns);
  if (kind === "route") return words(fieldsOf(value).type);
  if (kind === "recovery") return fit(oneLine(textOf(fieldsOf(args).why)), columns);
  return fit(oneLine(JSON.stringify(value) ?? ""), columns);
}
