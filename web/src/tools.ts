// The tools of this page.
import { type Tool, tool } from "troupe";
import type { Documents } from "./documents.js";

const noInput = { type: "object", properties: {}, additionalProperties: false } as const;

export function toolsOver(documents: Documents, onChange: () => void): Tool[] {
  return [
    tool({
      name: "list_documents",
      description: "Lists the names of all documents and notes.",
      input: noInput,
      readOnly: true,
      run: () => documents.list().map(({ name }) => name),
    }),
    tool<{ path: string }>({
      name: "read_document",
      description: "Reads one document or note and returns its text.",
      input: {
        type: "object",
        properties: { path: { type: "string", description: "The document's name, such as tour.md" } },
        required: ["path"],
        additionalProperties: false,
      },
      readOnly: true,
      run: ({ path }) => documents.read(path),
    }),
    tool<{ path: string; text: string }>({
      name: "write_note",
      description: "Writes a note: a text under a name.",
      input: {
        type: "object",
        properties: {
          path: { type: "string", description: "The note's name, such as packing.txt" },
          text: { type: "string", description: "The text of the note" },
        },
        required: ["path", "text"],
        additionalProperties: false,
      },
      // Asks before each call, so that a person sees what is written.
      destructive: true,
      run: ({ path, text }) => {
        documents.writeNote(path, text);
        onChange();
        return `Wrote ${text.length} characters to the note "${path}".`;
      },
    }),
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
  ];
}
