// What people said to interrupts of the AG-UI protocol.
import type { Answer, Question } from "../questions.js";
import type { AgUiInput } from "./ag-ui-events.js";

const text = { type: "string" };

/** The form of an answer's payload, by the question's subject. */
export const responseSchemas: Record<Question["subject"], Record<string, unknown>> = {
  approval: {
    type: "object",
    properties: { approve: { type: "boolean" }, reason: text, hash: text },
    required: ["approve"],
  },
  budget: { type: "object", properties: { raise: { type: "object" } } },
  in_doubt: { type: "object", properties: { choice: { enum: ["retry", "skip", "result"] }, result: {} } },
  question: { type: "object", properties: { text }, required: ["text"] },
};

/** Who cancels an approval denies it, and who cancels a question of the budget ends the run with what there is. */
export function resumedAnswer(
  { resume = [] }: AgUiInput,
  ask: string,
  { subject }: Question,
): Answer | undefined {
  const entry = resume.find(({ interruptId }) => interruptId === ask);
  if (entry?.status === "resolved" && typeof entry.payload === "object" && entry.payload !== null)
    return entry.payload as Answer;
  if (entry?.status !== "cancelled") return undefined;
  return subject === "approval" ? { approve: false } : subject === "budget" ? {} : undefined;
}
