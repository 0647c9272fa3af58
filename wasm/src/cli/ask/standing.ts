// Answers that are given before anybody is asked: by the options of a command, and by "all" at an earlier question.

import type { Answer, Question } from "../../questions.js";
import type { ApproveWord } from "../config/run-options.js";
import { fieldsOf, textOf } from "../journal/values.js";

export interface Standing {
  approve?: ApproveWord;
  inDoubt?: "retry" | "skip";
  /** Added to a budget that is used up: dollars, tokens, calls or seconds, whatever the limit counts. */
  raise?: number;
}

/** Tools that the person approved for the rest of the run. The journal remembers them for whoever resumes it. */
export class ApprovedTools {
  readonly #tools = new Set<string>();

  static nameOf({ tool, server }: { tool: string; server?: string | undefined }): string {
    return JSON.stringify([server ?? "", tool]);
  }

  add(question: { tool: string; server?: string | undefined }): void {
    this.#tools.add(ApprovedTools.nameOf(question));
  }

  has(question: { tool: string; server?: string | undefined }): boolean {
    return this.#tools.has(ApprovedTools.nameOf(question));
  }

  /** Takes over what a journal's answers say of "all". */
  learn(lines: readonly { kind: string; args?: unknown; value?: unknown }[]): void {
    for (const { kind, args, value } of lines) {
      if (kind !== "ask" || fieldsOf(value).all !== true) continue;
      const { tool, server } = fieldsOf(args);
      this.add({ tool: textOf(tool), server: textOf(server) || undefined });
    }
  }
}

/** The answer that stands, if one does. */
export function standingAnswer(
  question: Question,
  standing: Standing,
  approved: ApprovedTools,
): Answer | undefined {
  if (question.subject === "approval") {
    // An "all" of earlier was not said of what strangers may have made the model ask for.
    const remembered = question.path === undefined && approved.has(question);
    if (standing.approve === "all" || remembered) return { approve: true };
    if (standing.approve === "none") return { approve: false, reason: "Nothing is approved in this run." };
  }
  if (question.subject === "plan" && standing.approve === "all") return { approve: true };
  if (question.subject === "sampling" && standing.approve) return { approve: standing.approve === "all" };
  if (question.subject === "in_doubt" && standing.inDoubt) return { choice: standing.inDoubt };
  if (question.subject === "budget" && standing.raise !== undefined) {
    // Seconds are what people give; the engine counts milliseconds.
    const by = question.limit === "ms" ? standing.raise * 1000 : standing.raise;
    return { raise: { [question.limit]: by } };
  }
  return undefined;
}
