// The tools that this service brings itself. What does more than compute comes from MCP servers.
import { type Tool, tool } from "troupe";

export const tools: readonly Tool[] = [
  tool<{ a: number; b: number }>({
    name: "add",
    description: "Adds two numbers and returns their sum.",
    input: {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "number" } },
      required: ["a", "b"],
      additionalProperties: false,
    },
    readOnly: true,
    run: ({ a, b }) => a + b,
  }),
  tool<{ text: string }>({
    name: "count_words",
    description: "Counts the words, lines and characters of a text.",
    input: {
      type: "object",
      properties: { text: { type: "string", description: "The text to count" } },
      required: ["text"],
      additionalProperties: false,
    },
    readOnly: true,
    run: ({ text }) => ({
      words: text.split(/\s+/).filter(Boolean).length,
      lines: text === "" ? 0 : text.split("\n").length,
      characters: [...text].length,
    }),
  }),
  tool({
    name: "current_time",
    description: "Tells the current date and time in UTC.",
    input: { type: "object", properties: {}, additionalProperties: false },
    readOnly: true,
    run: () => new Date().toISOString(),
  }),
];
