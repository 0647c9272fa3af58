// Asks the person, and gives the answer back. The focus goes to the question and then to where it was.
import type { Answer, Question, QuestionEvent } from "troupe";
import { type FormField, fieldValue, formFields } from "troupe/form";
import { byId, element } from "./element.js";
import { full, money } from "./words.js";

type Reply = (question: number, answer: Answer) => void;

export class QuestionView {
  readonly #root = byId("question");
  readonly #reply: Reply;
  #open: QuestionEvent[] = [];

  constructor(reply: Reply) {
    this.#reply = reply;
  }

  get open(): readonly QuestionEvent[] {
    return this.#open;
  }

  /** Several may be open at once; they are shown one after the other. */
  add(question: QuestionEvent): void {
    this.#open.push(question);
    if (this.#open.length === 1) this.#show();
  }

  clear(): void {
    this.#open = [];
    this.#show();
  }

  #show(): void {
    const question = this.#open[0];
    this.#root.hidden = question === undefined;
    if (!question) return this.#root.replaceChildren();
    const give = (answer: Answer) => {
      this.#open.shift();
      this.#reply(question.id, answer);
      this.#show();
      if (this.#open.length === 0) byId("suspend").focus();
    };
    this.#root.replaceChildren(element("h3", { text: question.sentence }), ...form(question, give));
    this.#root.focus();
  }
}

function form(question: Question, give: (answer: Answer) => void): HTMLElement[] {
  if (question.subject === "approval") return approval(question, give);
  if (question.subject === "plan" || question.subject === "changed_tools") return agreement(question, give);
  if (question.subject === "elicitation") return elicitation(question, give);
  if (question.subject === "sampling") {
    const said = { ...(question.system && { system: question.system }), messages: question.messages };
    return [
      element("pre", { text: full(said), attributes: { tabindex: "0" } }),
      buttons(["Yes", () => give({ approve: true })], ["No", () => give({ approve: false })]),
    ];
  }
  if (question.subject === "budget") {
    const amount =
      question.limit === "usd" ? money(question.allowed) : `${question.allowed} ${question.limit}`;
    return [
      buttons(
        [`Add ${amount} more`, () => give({ raise: { [question.limit]: question.allowed } })],
        ["End here", () => give({})],
      ),
    ];
  }
  if (question.subject === "in_doubt") {
    return [
      element("pre", { text: full(question.args) }),
      buttons(
        ["Do it again", () => give({ choice: "retry" })],
        ["Go on without it", () => give({ choice: "skip" })],
      ),
    ];
  }
  const [label, input] = field("Your answer");
  return [label, input, buttons(["Answer", () => give({ text: input.value })])];
}

function approval(
  question: Question & { subject: "approval" },
  give: (answer: Answer) => void,
): HTMLElement[] {
  const [label, input] = field("Why not? (optional, the model reads it)");
  const deny = () => give({ approve: false, ...(input.value.trim() && { reason: input.value.trim() }) });
  return [
    element("p", {}, element("b", { text: question.tool }), question.server ? ` of ${question.server}` : ""),
    element("pre", { text: full(question.arguments), attributes: { tabindex: "0" } }),
    ...path(question),
    label,
    input,
    buttons(["Allow", () => give({ approve: true })], ["Deny", deny]),
  ];
}

/** A server's form, field by field, or the page that it wants visited. */
function elicitation(
  { server, url, schema, errors = [] }: Question & { subject: "elicitation" },
  give: (answer: Answer) => void,
): HTMLElement[] {
  const fields =
    url === undefined ? formFields(schema).map((field) => ({ field, control: control(field) })) : [];
  const accept = () => {
    const filled = fields.map(({ field, control: { value } }) => [
      field.name,
      fieldValue(field, value.trim()),
    ]);
    const content = Object.fromEntries(filled.filter(([, value]) => value !== undefined));
    give({ action: "accept", ...(url === undefined && { content }) });
  };
  return [
    element("p", { text: `This comes from the server ${server}. Give it nothing that it need not know.` }),
    ...errors.map((error) => element("p", { class: "wrong", text: error })),
    ...(url === undefined
      ? []
      : [
          element("a", {
            text: url,
            attributes: { href: url, target: "_blank", rel: "noopener noreferrer" },
          }),
        ]),
    ...fields.flatMap(({ field, control: made }) => [
      element("label", {
        text: `${field.label}${field.required ? "" : " (optional)"}${field.description ? `: ${field.description}` : ""}`,
        attributes: { for: made.id },
      }),
      made,
    ]),
    buttons(
      [url === undefined ? "Send" : "Done", accept],
      ["Decline", () => give({ action: "decline" })],
      ["Not now", () => give({ action: "cancel" })],
    ),
  ];
}

const INPUT_TYPES: Record<string, string> = { email: "email", uri: "url", date: "date" };

function control({
  name,
  kind,
  options,
  format,
  default: preset,
}: FormField): HTMLInputElement | HTMLSelectElement {
  const id = `reply-${name}`;
  const value = preset === undefined ? "" : String(preset);
  const choices =
    kind === "boolean"
      ? [
          { value: "yes", label: "Yes" },
          { value: "no", label: "No" },
        ]
      : options;
  if (choices && kind !== "choices") {
    const chosen = kind === "boolean" && preset !== undefined ? (preset ? "yes" : "no") : value;
    const made = element("select", { attributes: { id } }, element("option", { attributes: { value: "" } }));
    made.append(
      ...choices.map((each) => element("option", { text: each.label, attributes: { value: each.value } })),
    );
    made.value = chosen;
    return made;
  }
  const type = kind === "number" || kind === "integer" ? "number" : (INPUT_TYPES[format ?? ""] ?? "text");
  const placeholder = options?.map(({ label }) => label).join(", ") ?? "";
  const step = kind === "number" ? "any" : "1";
  const made = element("input", { attributes: { id, type, placeholder, step, autocomplete: "off" } });
  made.value = value;
  return made;
}

/** A plan, or tools that changed: what it is about, and yes or no. */
function agreement(
  question: Question & { subject: "plan" | "changed_tools" },
  give: (answer: Answer) => void,
): HTMLElement[] {
  const about =
    question.subject === "plan"
      ? [
          element("p", {
            text: `${question.pattern.replaceAll("_", " ")}${question.agents.length > 0 ? `: ${question.agents.join(", ")}` : ""}, about ${question.tokens.toLocaleString("en-US")} tokens${question.usd > 0 ? `, ${money(question.usd)}` : ""}`,
          }),
        ]
      : question.changed.flatMap(({ server, tool, was, now }) => [
          element("p", {}, element("b", { text: tool }), ` of ${server}`),
          element("pre", {
            text: was === now ? "Its arguments take another form." : `was: ${was}\nnow: ${now}`,
          }),
        ]);
  return [...about, buttons(["Yes", () => give({ approve: true })], ["No", () => give({ approve: false })])];
}

const DID = { private: "read private data", untrusted: "read what strangers wrote", acts: "acted outside" };

/** How the run came to the third of the rule of two. */
function path({ path: calls }: Question & { subject: "approval" }): HTMLElement[] {
  if (calls === undefined) return [];
  const items = calls.map(({ did, by }) => element("li", {}, element("b", { text: DID[did] }), `: ${by}`));
  return [element("p", { text: "Before, this run" }), element("ul", { class: "path" }, ...items)];
}

function field(text: string): [HTMLLabelElement, HTMLInputElement] {
  const input = element("input", { attributes: { type: "text", id: "reply", autocomplete: "off" } });
  return [element("label", { text, attributes: { for: "reply" } }), input];
}

function buttons(...each: [text: string, onClick: () => void][]): HTMLElement {
  const made = each.map(([text, onClick], index) =>
    element("button", { text, onClick, class: index === 0 ? "primary" : "", attributes: { type: "button" } }),
  );
  return element("div", { class: "buttons" }, ...made);
}
