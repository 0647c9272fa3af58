// A run's steps as a tree, grown line by line from its journal: a model's reply, and under it the calls that it asked for.
import type { Call, Line } from "./journal.js";
import { brief, counted, sorted } from "./words.js";

export interface Step {
  title: string;
  /** What it was asked to do, in one line. */
  note: string;
  state: "waiting" | "asked" | "running" | "done" | "failed" | "refused";
  startedAt: number;
  endedAt?: number;
  /** Headings and values, for who opens the step. */
  parts: [heading: string, value: unknown][];
  children: Step[];
}

/** A call that a model asked for. */
interface Asked {
  call: Call;
  step: Step;
}

export class Steps {
  readonly roots: Step[] = [];
  /** Steps that ended. */
  count = 0;
  readonly #byId = new Map<string, Step>();
  /** What the newest reply in each place asked for. Ids tell the place: what `0.1` asks for is done in `0.2.0`, `0.3.0`. */
  readonly #asked = new Map<string, Asked[]>();
  #lastAt = 0;

  add(line: Line): void {
    const { step: id, kind } = line;
    if (id !== undefined) {
      if (line.state !== "begun") this.count += 1;
      if (kind === "chat") this.#reply(line, id);
      else if (kind === "tool") this.#call(line, id);
      else if (kind === "tools") this.#tools(line, id);
      else this.#other(line, id);
    }
    this.#lastAt = line.at;
  }

  /** A question about a call is open. */
  ask(id: string, tool: string, args: unknown): void {
    const asked = this.#find(id, tool, args);
    if (asked) asked.step.state = "asked";
  }

  #reply(line: Line, id: string): void {
    const reply = (line.value ?? {}) as { text?: string; calls?: Call[]; usage?: unknown; model?: string };
    const calls = reply.calls ?? [];
    const place = parentOf(id);
    for (const { step } of this.#asked.get(place) ?? []) skip(step);
    const { agent = "agent" } = line.args ?? {};
    const step = this.#root(line, id, agent === "agent" ? "model" : `model (${agent})`);
    const handedTo = calls.length === 1 ? handOver(calls[0]!.name) : undefined;
    if (handedTo !== undefined) step.note = `hands over to ${handedTo}: ${brief(calls[0]!.arguments ?? {})}`;
    else
      step.note =
        calls.length > 0 ? `calls ${counted(calls.map(({ name }) => name))}` : brief(reply.text ?? "");
    if (reply.text) step.parts.push(["said", reply.text]);
    if (reply.usage) step.parts.push(["model", `${reply.model ?? ""} · ${brief(reply.usage)}`]);
    const made = handedTo === undefined ? calls : [];
    const asked = made.map((call) => ({ call, step: waiting(call, line.at) }));
    step.children = asked.map((each) => each.step);
    this.#asked.set(place, asked);
  }

  #call(line: Line, id: string): void {
    let step = this.#byId.get(id);
    if (!step) {
      const { tool, arguments: args } = line.args ?? {};
      step = this.#find(id, tool, args)?.step ?? this.#root(line, id, tool ?? "tool", ["arguments", args]);
      this.#byId.set(id, step);
    }
    if (line.state === "begun") {
      step.state = "running";
      step.startedAt = line.at;
      return;
    }
    const result = line.value as
      { text?: string; failed?: boolean; input?: { requests: object } } | undefined;
    end(step, line);
    if (result?.failed) step.state = "failed";
    if (result?.input) step.parts.push(["the server asks", result.input.requests]);
    else if (result) step.parts.push(["result", result.text ?? result]);
  }

  #tools(line: Line, id: string): void {
    const value = (line.value ?? {}) as {
      tools?: { name: string }[];
      failed?: { server?: string; sentence: string }[];
    };
    const step = this.#root(line, id, "tools");
    step.note = (value.tools ?? []).map(({ name }) => name).join(", ") || "none";
    step.parts.push(["known", step.note]);
    const failed = value.failed ?? [];
    for (const { sentence } of failed) step.parts.push(["not usable", sentence]);
    if (failed.length > 0) {
      step.state = "failed";
      step.note = `${failed.map(({ server = "a server" }) => server).join(", ")} not usable; ${step.note}`;
    }
  }

  #other(line: Line, id: string): void {
    const thought = thoughtOf(line);
    if (thought !== undefined) {
      const step = this.#root(line, id, line.kind ?? "step", ["found", line.value]);
      step.note = thought;
      return;
    }
    const { subject, tool, arguments: args, sentence } = line.args ?? {};
    const asked = subject === "approval" ? this.#find(id, tool, args) : undefined;
    const answer = line.value as { approve?: boolean; reason?: string } | undefined;
    if (asked && answer) {
      const said = answer.approve ? "allowed" : `denied${answer.reason ? `: ${answer.reason}` : ""}`;
      asked.step.parts.push(["approval", said]);
      asked.step.startedAt = line.at;
      asked.step.state = answer.approve ? "waiting" : "refused";
      if (!answer.approve) asked.step.note = said;
      return;
    }
    const known = this.#byId.get(id);
    const step =
      known ??
      this.#root(line, id, line.kind === "ask" ? "question" : (line.kind ?? "step"), ["asked", line.args]);
    step.note = sentence ?? step.note;
    if (known && line.state !== "begun") end(step, line);
    if (line.value !== undefined) step.parts.push(["answer", line.value]);
  }

  #root(line: Line, id: string, title: string, part?: Step["parts"][0]): Step {
    const step: Step = {
      title,
      note: "",
      state: "running",
      startedAt: this.#lastAt,
      parts: [],
      children: [],
    };
    if (part && part[1] !== undefined) step.parts.push(part);
    if (line.state !== "begun") end(step, line);
    this.roots.push(step);
    this.#byId.set(id, step);
    return step;
  }

  #find(id: string, tool: unknown, args: unknown): Asked | undefined {
    const asked = this.#asked.get(parentOf(parentOf(id)));
    return asked?.find(({ call, step }) => {
      const isFree = step.endedAt === undefined && step.state !== "running";
      return isFree && call.name === tool && sorted(call.arguments ?? {}) === sorted(args ?? {});
    });
  }
}

/** The agent of a swarm that a call gives the work to. */
function handOver(tool: string): string | undefined {
  const prefix = "hand_over_to_";
  return tool.startsWith(prefix) ? tool.slice(prefix.length) : undefined;
}

const words = (value: unknown) => String(value ?? "").replaceAll("_", " ");

/** What the engine thought, in a line; nothing for steps that are no thoughts. */
function thoughtOf({ kind, args, value }: Line): string | undefined {
  const given = (value ?? {}) as Record<string, unknown>;
  if (kind === "analysis") {
    const likely = (given.probability as { risk?: Record<string, number> } | undefined)?.risk ?? {};
    // A risk is named long before it is likely: better asked about than overlooked.
    const risks = (Array.isArray(given.risk) ? given.risk : []).map((each: string) =>
      (likely[each] ?? 1000) < 500 ? `${each}?` : each,
    );
    return [given.type, given.complexity, ...risks].map(words).join(", ");
  }
  if (kind === "strategy") {
    const scores = Object.entries((given.scores ?? {}) as Record<string, number>).sort(
      ([, a], [, b]) => b - a,
    );
    return scores
      .slice(0, 3)
      .map(([pattern, score]) => `${words(pattern)} ${Math.round(score / 10)} %`)
      .join(", ");
  }
  if (kind === "agents") return (value as { name: string }[]).map(({ name }) => name).join(", ");
  if (kind === "route") return words(given.type);
  if (kind === "search") return (value as string[]).join(", ");
  if (kind === "recovery") {
    const { from, to } = (args ?? {}) as { from?: string; to?: string };
    return `${words(from)} did not work, now ${words(to)}`;
  }
  return undefined;
}

function waiting(call: Call, at: number): Step {
  const args = call.malformed ?? call.arguments ?? {};
  const parts: Step["parts"] = [["arguments", args]];
  return { title: call.name, note: brief(args), state: "waiting", startedAt: at, parts, children: [] };
}

/** Another reply came, and this call never became a step: it was refused before it was made. */
function skip(step: Step): void {
  if (step.state !== "waiting") return;
  step.state = "refused";
  step.note = "not called: the engine refused it";
}

function end(step: Step, line: Line): void {
  step.state = line.state === "failed" ? "failed" : "done";
  step.endedAt = line.at;
  if (line.error) step.parts.push(["failed", line.error.sentence]);
}

const parentOf = (id: string) => id.slice(0, Math.max(0, id.lastIndexOf(".")));
