// The model that is tested with: that of TROUPE_GGUF, or one of random weights. What it says means nothing then, but it is
// said over the real wire, and held by the real grammars.
import { readFile } from "node:fs/promises";
import { tool } from "troupe";
import { randomModel } from "../standin/gguf.mjs";

const file = process.env.TROUPE_GGUF;

export const modelBytes = () => (file ? readFile(file) : randomModel());

/** What of random weights is said at random. */
export const asked = { temperature: 1, seed: 3, maxTokens: 400 };

/** Whole, but beyond all measure maybe: node-llama-cpp's integers may have exponents, and a random model takes any. */
const isWhole = (number) =>
  typeof number === "number" && (Number.isInteger(number) || !Number.isFinite(number));

/** Its arguments are short, or a random model would go on and on. */
export const move = tool({
  name: "move",
  description: "Moves the robot.",
  input: {
    type: "object",
    properties: {
      steps: { type: "integer" },
      where: { enum: ["north", "south"] },
      how: { anyOf: [{ const: "fast" }, { type: "null" }] },
    },
    required: ["steps", "where"],
    additionalProperties: false,
  },
  readOnly: true,
  run: ({ steps, where }) => `It moved ${steps} to the ${where}.`,
});

export const isMove = ({ steps, where, how = null, ...more }) =>
  isWhole(steps) &&
  ["north", "south"].includes(where) &&
  ["fast", null].includes(how) &&
  Object.keys(more).length === 0;

/** A form in which everything is short. */
export const form = {
  type: "object",
  properties: {
    kind: { enum: ["bug", "wish"] },
    votes: { type: "integer" },
    open: { type: "boolean" },
    tags: { type: "array", items: { type: "string", maxLength: 8 }, maxItems: 2 },
  },
  required: ["kind", "votes", "open", "tags"],
  additionalProperties: false,
};

export const isForm = ({ kind, votes, open, tags, ...more }) =>
  ["bug", "wish"].includes(kind) &&
  isWhole(votes) &&
  typeof open === "boolean" &&
  Array.isArray(tags) &&
  tags.length <= 2 &&
  tags.every((tag) => typeof tag === "string" && tag.length <= 8) &&
  Object.keys(more).length === 0;

/** A request as the engine makes it, for replies that fit the form. */
export const formRequest = {
  messages: [{ role: "user", content: "Sort this report: it crashes." }],
  response_format: { type: "json_schema", json_schema: { name: "answer", schema: form } },
};

/** The text of a streamed response. */
export async function textOf(response) {
  const lines = (await response.text()).split("\n").filter((line) => line.startsWith("data: {"));
  return lines.map((line) => JSON.parse(line.slice(6)).choices[0]?.delta.content ?? "").join("");
}
