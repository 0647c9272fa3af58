// One conversation that has everything, as each vendor's own client is asked to send it. The codecs are given the same
// one by tests/native/provider_conversation.hpp.

export const instruction = 'Be "kind".\nAlways.';
export const schema = {
  type: "object",
  properties: { sum: { type: "integer" } },
  required: ["sum"],
  additionalProperties: false,
};
export const png = "iVBORw0KGgo=";

export const tools = [
  {
    name: "read_file",
    description: "Reads a file: é.",
    schema: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
  },
  { name: "list", description: "Lists a folder.", schema: { type: "object", properties: {} } },
];

export const texts = {
  task: "What is in x and y?",
  plan: "I look at both.",
  found: "it's 7",
  missing: "There is no y.",
  more: "Then only x, please.",
  answer: "Seven 🙂.",
  next: "And this picture?",
};
