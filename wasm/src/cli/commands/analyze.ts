// `troupe analyze`: what the engine thinks of a task, and why. Nothing runs, nothing is asked of a model.

import type { AgentPlan, Analysis, PatternOption, Recommendation, Strategy } from "../../judgement.js";
import { type Reach, settingsFor } from "../config/settings.js";
import { Exit, type ExitCode, Trouble } from "../exit.js";
import { engineFor } from "../session.js";
import { count, dollars, duration, tokens } from "../text/amounts.js";
import { type Paint, type Style, paintFor } from "../text/style.js";
import { tell, tellJson } from "../text/tell.js";
import { harmless, oneLine, padEnd, wrap } from "../text/width.js";
import { TroupeError } from "../../errors.js";
import { taskFrom } from "./run.js";

const label = 12;
/** Weaker alternatives are not worth a word, in thousandths. */
const worthNaming = 100;

const words = (name: string) => name.replaceAll("_", " ");
const percent = (permille: number) => `${Math.round(permille / 10)} %`;

function field(paint: Paint, name: string, value: string, columns: number): string[] {
  return wrap(value, columns - label - 2).map(
    (line, at) => `  ${paint("dim", padEnd(at === 0 ? name : "", label))}${line}`,
  );
}

function likely(probabilities: Readonly<Record<string, number | undefined>>, paint: Paint): string {
  const all = Object.entries(probabilities) as [string, number][];
  all.sort(([, a], [, b]) => b - a);
  return all
    .filter(([, each], at) => at === 0 || each >= worthNaming)
    .map(([name, each], at) =>
      at === 0
        ? `${paint("bold", words(name))} ${percent(each)}`
        : paint("dim", `${words(name)} ${percent(each)}`),
    )
    .join("  ");
}

/** What speaks less for a risk is not coloured, in thousandths. */
const CLEARLY_RISKY = 500;

/** The task with the words coloured that decided: red for a risk, green where they speak for the type. */
function marked({ task, evidence, risk }: Analysis, paint: Paint): string {
  const tones = new Map<number, [number, Style]>();
  const colour = (tone: Style, speaks: (each: Analysis["evidence"][number]) => boolean) => {
    for (const each of evidence) {
      const [begin, end] = each.span;
      const says = each.weight > 0 && speaks(each) && /[\p{L}\p{N}]/u.test(task.slice(begin, end));
      if (says && !tones.has(begin)) tones.set(begin, [end, tone]);
    }
  };
  colour(
    "red",
    ({ about, verdict, weight }) =>
      about === "risk" && weight >= CLEARLY_RISKY && risk.includes(verdict as never),
  );
  colour("green", ({ about }) => about === "type");
  let out = "";
  let at = 0;
  for (const [begin, [end, tone]] of [...tones].sort(([a], [b]) => a - b)) {
    if (begin < at) continue;
    out += harmless(task.slice(at, begin)) + paint(tone, harmless(task.slice(begin, end)));
    at = end;
  }
  return out + harmless(task.slice(at));
}

/** The words that spoke for each verdict, the strongest first. */
function because({ task, evidence }: Analysis): string[] {
  const byVerdict = new Map<string, string[]>();
  for (const { verdict, span, weight } of evidence) {
    if (weight <= 0) continue;
    const list = byVerdict.get(verdict) ?? [];
    list.push(`${oneLine(task.slice(...span))} +${(weight / 1000).toFixed(2)}`);
    byVerdict.set(verdict, list);
  }
  return [...byVerdict].map(([verdict, list]) => `${words(verdict)}: ${list.join(", ")}`);
}

function analysisLines(analysis: Analysis, paint: Paint, columns: number): string[] {
  const { probability, risk, capabilities, steps, things, clauses, task } = analysis;
  const line = (name: string, value: string) => field(paint, name, value, columns);
  const most = steps.most >= 20 ? "more than 14" : String(steps.most);
  const risks = risk.map((each) =>
    each === "read_only"
      ? paint("green", "read only")
      : `${paint(each === "writes" ? "yellow" : "red", words(each))} ${percent(probability.risk[each] ?? 0)}`,
  );
  const out = [
    ...wrap(marked(analysis, paint), columns),
    "",
    ...line("type", likely(probability.type, paint)),
    ...line("complexity", likely(probability.complexity, paint)),
    ...line("shape", likely(probability.shape, paint)),
    ...line("risk", risks.join("  ")),
    ...line("tools", analysis.server ? capabilities.join(", ") || "some" : "none: a model alone can do this"),
    ...line(
      "steps",
      steps.least === steps.most ? String(steps.likely) : `${steps.likely} (${steps.least} to ${most})`,
    ),
  ];
  if (things.length > 0)
    out.push(
      ...line("named", things.map(({ kind, text }) => `${oneLine(text)} ${paint("dim", kind)}`).join(", ")),
    );
  if (clauses.length > 1)
    clauses.forEach(({ span, needs }, at) => {
      const after =
        needs.length > 0 ? paint("dim", `  needs ${needs.map((each) => each + 1).join(", ")}`) : "";
      out.push(...line(at === 0 ? "parts" : "", `${at + 1} ${oneLine(task.slice(...span))}${after}`));
    });
  because(analysis).forEach((each, at) => out.push(...line(at === 0 ? "because" : "", each)));
  return out;
}

function optionLine(option: PatternOption, at: number, paint: Paint): string {
  const bar = "█".repeat(Math.max(option.score >= 5 ? 1 : 0, Math.round(option.score / 60)));
  const cost = [count(option.agents, "agent"), tokens(option.tokens)];
  if (option.nano_usd > 0) cost.push(dollars(option.nano_usd));
  cost.push(duration(option.ms));
  const head = `  ${at + 1} ${padEnd(words(option.pattern), 20)}${percent(option.score).padStart(5)} ${padEnd(bar, 17)}`;
  const shown = at === 0 ? paint("bold", head) : head;
  return `${shown} ${paint("dim", cost.join(" · "))}`;
}

function strategyLines(strategy: Strategy, paint: Paint, columns: number): string[] {
  const out = [paint("bold", "How to work on it")];
  strategy.options.forEach((option, at) => {
    out.push(optionLine(option, at, paint));
    if (at < 2)
      for (const reason of option.reasons)
        out.push(...wrap(reason, columns - 6).map((line) => `      ${line}`));
  });
  if (strategy.first_reason !== undefined) {
    const what = strategy.first === "ask_user" ? "ask the user" : "let a model plan";
    out.push(...field(paint, "first", `${what}: ${strategy.first_reason}`, columns));
  }
  return out;
}

function serverLines(found: Recommendation[], paint: Paint, columns: number): string[] {
  if (found.length === 0) return [];
  return [
    "",
    paint("bold", "Servers that it needs"),
    ...found.flatMap(({ server, because: why, tools }) =>
      field(
        paint,
        server,
        `${why.map(oneLine).join(", ")}${tools.length > 0 ? paint("dim", `  ${tools.join(", ")}`) : ""}`,
        columns,
      ),
    ),
  ];
}

function agentLines(agents: AgentPlan[], paint: Paint, columns: number): string[] {
  return [
    "",
    paint("bold", "Agents"),
    ...agents.flatMap(({ name, tools, reasons }) =>
      field(
        paint,
        name,
        `${reasons.join(" ")}${tools.length > 0 ? paint("dim", `  ${tools.join(", ")}`) : ""}`,
        columns,
      ),
    ),
  ];
}

export async function analyzeCommand(
  task: string[],
  flags: Reach & { json?: boolean; budgetUsd?: number },
): Promise<ExitCode> {
  const text = await taskFrom(task);
  const settings = await settingsFor(flags);
  const troupe = await engineFor(settings);
  try {
    const options = flags.budgetUsd === undefined ? {} : { budget: { usd: flags.budgetUsd } };
    const analysis = troupe.analyze(text);
    const strategy = troupe.decide(text, options);
    const servers = troupe.recommend(text);
    const agents = troupe.createAgents(text, options);
    if (flags.json) {
      tellJson({ analysis, strategy, servers, agents });
    } else {
      const paint = paintFor(process.stdout);
      const columns = Math.max(60, Math.min(120, (process.stdout.columns ?? 100) - 1));
      const lines = [
        ...analysisLines(analysis, paint, columns),
        "",
        ...strategyLines(strategy, paint, columns),
        ...serverLines(servers, paint, columns),
        ...agentLines(agents, paint, columns),
      ];
      tell(process.stdout, ...lines);
    }
    return Exit.done;
  } catch (error) {
    if (error instanceof TroupeError && error.code === "invalid_input")
      throw new Trouble(error.message, Exit.usage);
    throw error;
  } finally {
    await troupe.dispose();
  }
}
