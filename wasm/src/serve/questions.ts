// Questions of a run as MCP's elicitations, and the answers to those as answers to the questions.
import { type ElicitRequestFormParams, inputRequired } from "@modelcontextprotocol/server";

import type { Answer, Question } from "../questions.js";

type Form = ElicitRequestFormParams["requestedSchema"];

const yesOrNo: Form = {
  type: "object",
  properties: {
    approve: { type: "boolean", title: "Yes, go on" },
    reason: { type: "string", title: "Why not", description: "The model reads it" },
  },
  required: ["approve"],
};

function formOf(question: Exclude<Question, { mode: "url" }>): Form {
  switch (question.subject) {
    case "budget":
      return {
        type: "object",
        properties: {
          more: {
            type: "number",
            title: `How many ${UNITS[question.limit]} more`,
            description: "0 ends here",
          },
        },
        required: ["more"],
      };
    case "in_doubt":
      return {
        type: "object",
        properties: {
          choice: {
            type: "string",
            oneOf: [
              { const: "retry", title: "Do it again" },
              { const: "skip", title: "Go on without it" },
            ],
          },
        },
        required: ["choice"],
      };
    case "question":
      return {
        type: "object",
        properties: { text: { type: "string", title: "Answer" } },
        required: ["text"],
      };
    case "elicitation":
      return question.schema as Form;
    default:
      return yesOrNo;
  }
}

const UNITS = { usd: "dollars", tokens: "tokens", calls: "calls", ms: "seconds" };

/** What a person has to see before the answer: the exact call, the plan, what changed. */
export function wordsOf(question: Question): string {
  const shown = (what: unknown) => `${question.sentence}\n\n${JSON.stringify(what, null, 2)}`;
  switch (question.subject) {
    case "approval":
      return shown({
        tool: question.tool,
        ...(question.server && { server: question.server }),
        arguments: question.arguments,
        ...(question.path && { before: question.path }),
      });
    case "in_doubt":
      return shown(question.args);
    case "plan":
      return shown({
        pattern: question.pattern,
        agents: question.agents,
        tokens: question.tokens,
        usd: question.usd,
      });
    case "changed_tools":
      return shown(question.changed);
    case "sampling": {
      const { subject: _subject, sentence: _sentence, server: _server, tool: _tool, ...wanted } = question;
      return shown(wanted);
    }
    default:
      return question.sentence;
  }
}

export function elicitationOf(question: Question) {
  if (question.subject === "elicitation" && question.url !== undefined)
    return inputRequired.elicitUrl({ message: question.sentence, url: question.url });
  const requestedSchema = formOf(question as Exclude<Question, { mode: "url" }>);
  return inputRequired.elicit({ message: wordsOf(question), requestedSchema });
}

/** What a client said, untrusted: nothing but `true` approves. Undefined: it said nothing that could be an answer. */
export function answerOf(question: Question, response: unknown): Answer | undefined {
  const { action, content = {} } = (response ?? {}) as { action?: string; content?: Record<string, unknown> };
  if (question.subject === "elicitation") {
    if (action === "accept") return { action, ...(question.mode === "form" && { content }) };
    return action === "decline" || action === "cancel" ? { action } : undefined;
  }
  if (action === undefined || action === "cancel") return undefined;
  const accepted = action === "accept";
  const text = (name: string) => (typeof content[name] === "string" ? content[name] : "");
  switch (question.subject) {
    case "budget": {
      const more = accepted ? Number(content.more) : 0;
      if (!(more > 0)) return {};
      return { raise: { [question.limit]: question.limit === "ms" ? more * 1000 : more } };
    }
    case "in_doubt":
      return accepted && (content.choice === "retry" || content.choice === "skip")
        ? { choice: content.choice }
        : undefined;
    case "question":
      return accepted ? { text: text("text") } : undefined;
    default: {
      const approve = accepted && content.approve === true;
      return { approve, ...(!approve && text("reason") && { reason: text("reason") }) };
    }
  }
}
