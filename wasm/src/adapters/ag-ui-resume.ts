// What people said to interrupts of the AG-UI protocol.
import type { Answer, Question } from "../questions.js";
import type { AgUiInput } from "./ag-ui-events.js";

const text = { type: "string" };
const agreement = { type: "object", properties: { approve: { type: "boolean" } }, required: ["approve"] };

/** The form of an answer's payload, by the question's subject. */
export const responseSchemas: Record<Question["subject"], Record<string, unknown>> = {
  approval: {
    type: "object",
    properties: { approve: { type: "boolean" }, reason: text, hash: text },
    required: ["approve"],
  },
  budget: { type: "object", properties: { raise: { type: "object" } } },
  in_doubt: { type: "object", properties: { choice: { enum: ["retry", "skip", "result"] }, result: {} } },
  plan: agreement,
  changed_tools: agreement,
  sampling: agreement,
  elicitation: {
    type: "object",
    properties: { action: { enum: ["accept", "decline", "cancel"] }, content: { type: "object" } },
    required: ["action"],
  },
  question: { type: "object", properties: { text }, required: ["text"] },
};

/** What stands for an answer when an interrupt is cancelled: denials, and for a budget the end with what there is. */
const cancelled: Partial<Record<Question["subject"], Answer>> = {
  approval: { approve: false },
  plan: { approve: false },
  changed_tools: { approve: false },
  sampling: { approve: false },
  elicitation: { action: "cancel" },
  budget: {},
};

/** The answer to a question, if the page resumed with one. */
export function resumedAnswer({ resume }: AgUiInput, ask: string, { subject }: Question): Answer | undefined {
  const entry = Array.isArray(resume) ? resume.find((each) => each?.interruptId === ask) : undefined;
  if (entry?.status === "resolved" && typeof entry.payload === "object" && entry.payload !== null)
    return entry.payload as Answer;
  return entry?.status === "cancelled" ? cancelled[subject] : undefined;
}
