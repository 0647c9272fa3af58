// What people decided on a page, read from the messages that it posts.
import type { Answer } from "../questions.js";
import type { PageMessage } from "./ui-message.js";

/** What people said to the questions, by the questions' ids. The page is not trusted: nothing but `true` approves. */
export function approvalsIn(messages: readonly PageMessage[]): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const part of messages.flatMap(({ parts }) => parts) as readonly (ApprovalPart | null)[]) {
    const approval = part?.approval;
    if (part?.state !== "approval-responded" || typeof approval?.id !== "string") continue;
    const { approved, reason, descriptor } = approval;
    answers.set(approval.id, {
      approve: approved === true,
      ...(typeof reason === "string" && { reason }),
      // What the person saw: the engine takes a yes to anything else for a no.
      ...(typeof descriptor?.hash === "string" && { hash: descriptor.hash }),
    });
  }
  return answers;
}

/** Of a tool call's part. */
interface ApprovalPart {
  state?: unknown;
  approval?: {
    id?: unknown;
    approved?: unknown;
    reason?: unknown;
    descriptor?: { hash?: unknown } | null;
  } | null;
}
