// Which vendor can what, each cell with the native test that proves it, or why there is nothing to prove.
// `node tests/providers/matrix.mjs` writes it into docs/providers.md.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { format, resolveConfig } from "prettier";

export const page = new URL("../../docs/providers.md", import.meta.url);
const tests = new URL("../native/", import.meta.url);

/** Azure speaks as OpenAI does, at another address: the same code, and the same tests. */
const vendors = ["OpenAI chat, Azure", "OpenAI Responses", "Anthropic", "Google", "Cohere", "Bedrock"];

const no = (why) => ({ why });
const same = (cell) => vendors.map(() => cell);

const sent = [
  "chat completions: a request is what the vendor's own SDK sends, to OpenAI and to Azure",
  "responses: a request is what the vendor's own SDK sends",
  "Anthropic gets what its own client sends for the same conversation",
  "google: a request is what the vendor's own SDK sends",
  "cohere: a request is what the vendor's own SDK sends",
  "Bedrock gets what Amazon's own client sends for the same conversation",
];
const written = [
  "chat completions: a request byte for byte, with and without what is new",
  "responses: a request byte for byte",
  "a request to Anthropic, byte for byte",
  "google: a request byte for byte",
  "cohere: a request byte for byte, and without the schema that the vendor does not take beside tools",
  "a request to Bedrock, byte for byte",
];
const whole = [
  "a whole reply gives its text, its calls, and what it used",
  "responses: a whole reply gives its text, calls, thoughts and what it used",
  "a whole reply of Anthropic gives its text, its calls, its thoughts, and what it used",
  "google: a whole reply gives its text, calls, thoughts and what it used",
  "cohere: a whole reply gives its text, calls, thoughts and what is billed",
  "a whole reply of Bedrock gives its text, its calls, its thoughts, and what it used",
];
const cut = [
  "a streamed reply cut at every byte is the whole reply",
  "responses: a streamed reply cut at every byte is the whole reply",
  "a streamed reply of Anthropic cut at every byte is the whole reply",
  "google: a streamed reply cut at every byte is the whole reply",
  "cohere: a streamed reply cut at every byte is the whole reply",
  "a stream of Amazon's own encoder, cut at every byte, is the whole reply",
];
const ended = [
  "how a reply ended is told in our words",
  "responses: how a reply ended is told in our words",
  "how a reply of Anthropic ended is told in our words",
  "google: how a reply ended is told in our words",
  "cohere: how a reply ended is told in our words",
  "how a reply of Bedrock ended is told in our words",
];
const but = (cells, changes) => cells.map((cell, i) => changes[i] ?? cell);

export const features = {
  "whole replies": whole,
  "streamed replies, cut at every byte": cut,
  "tool calls, one and many": whole,
  "their arguments in pieces": but(cut, { 3: no("come whole") }),
  "tool results: text": sent,
  "tool results: JSON, as its text": same("structured content alone is the text too"),
  "tool results: pictures": [
    no("the vendor takes text"),
    "responses: thoughts of another vendor stay away, and a picture may be a tool's result",
    "results say what they have to, and names of other vendors are made fit",
    "google: a picture in a tool's result is a part of the result",
    no("the vendor takes text"),
    "pictures and results that Converse cannot take as they are, it gets as it can",
  ],
  instructions: written,
  "pictures in": sent,
  "a schema for the reply, the vendor's own": sent,
  "by instruction, and what is wrong given back": same(
    "a plan with four errors is given back with all of them, and the next one is carried out",
  ),
  "how it ended": ended,
  refusals: [
    "chat completions: a refusal ends a reply as refused",
    "responses: a refusal is text, and the reply is refused",
    "a refusal without text is explained in the vendor's words, whole and streamed",
    ...ended.slice(3),
  ],
  "thoughts kept and given back": [
    no("not in this API"),
    "responses: a request is what the vendor's own SDK sends",
    "thoughts between text and calls go back to where they came from",
    "google: signatures go back on the parts that they came with",
    "cohere: a request is what the vendor's own SDK sends",
    "Bedrock gets what Amazon's own client sends for the same conversation",
  ],
  "marks for the cache": [
    no("by itself"),
    no("by itself"),
    "a request to Anthropic, byte for byte",
    no("by itself"),
    no("by itself"),
    "points for the cache go to the models that take them alone",
  ],
  "usage: cached tokens": whole,
  "usage: reasoning tokens": but(whole, {
    2: no("in the output"),
    4: no("in the output"),
    5: no("in the output"),
  }),
  "typed errors: statuses": [
    "what a status means, in a code for programs and a sentence for people",
    "responses: what a status means",
    "what a refusal of Anthropic means, in a code for programs and a sentence for people",
    "google: what a status means",
    "cohere: what a status means",
    "what a refusal of Bedrock means, in a code for programs and a sentence for people",
  ],
  "typed errors: in a stream": [
    "an error in a stream ends it with the provider's words",
    "responses: an error in a stream ends it with the vendor's words",
    "an error in a stream of Anthropic ends it, typed, with the vendor's words",
    "google: what is no reply is an error with its beginning, and an error in a stream has the vendor's words",
    "cohere: how a reply ended is told in our words",
    "an exception in a stream of Amazon's ends it, typed, with its words",
  ],
};

/** The native tests by name: in which file each is. */
async function filesOf() {
  const files = (await readdir(tests)).filter((file) => file.endsWith("_test.cpp"));
  const found = new Map();
  for (const file of files) {
    const source = await readFile(new URL(file, tests), "utf8");
    for (const [, name] of source.matchAll(/TEST_CASE\(\s*"((?:[^"\\]|\\.)*)"/g)) found.set(name, file);
  }
  return found;
}

export const named = () => [...new Set(Object.values(features).flat())].filter((cell) => !cell.why);

export async function table() {
  const files = await filesOf();
  const shown = (cell) => (cell.why ? cell.why : `[yes](../tests/native/${files.get(cell)} "${cell}")`);
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rows = Object.entries(features).map(([feature, cells]) => line([feature, ...cells.map(shown)]));
  return [line(["", ...vendors]), line(["---", ...vendors.map(() => "---")]), ...rows].join("\n");
}

const BEGIN = "<!-- Written by tests/providers/matrix.mjs. -->";
const END = "<!-- The end of it. -->";

/** The page with the table in its place. */
export async function pageWithTable() {
  const text = await readFile(page, "utf8");
  const [before, rest] = text.split(BEGIN);
  const after = rest.split(END)[1];
  const form = { ...(await resolveConfig(page)), parser: "markdown" };
  return format([before, BEGIN, "\n\n", await table(), "\n\n", END, after].join(""), form);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await writeFile(page, await pageWithTable());
