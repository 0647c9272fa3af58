// JSON as people write it: with comments and trailing commas, as the files of other MCP clients have them.

import { Exit, Trouble } from "../exit.js";

/** The text with comments and trailing commas blanked out, so that positions stay what they were. */
export function plainJson(text: string): string {
  // Strings are matched first, so that what looks like a comment inside one is left alone.
  const tokens = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  const bare = text
    .replace(/^\ufeff/, " ")
    .replace(tokens, (token) => (token.startsWith('"') ? token : token.replace(/\S/g, " ")));
  return bare.replace(/"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])/g, (token) => (token === "," ? " " : token));
}

function placeOf(text: string, position: number): string {
  const before = text.slice(0, position).split("\n");
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

/** Throws a sentence with the file and the place of what is wrong. */
export function parseLeniently(text: string, file: string): unknown {
  const plain = plainJson(text);
  try {
    return JSON.parse(plain);
  } catch (error) {
    const said = (error as Error).message;
    const position = /position (\d+)/.exec(said)?.[1];
    const where = position === undefined ? "its end" : placeOf(plain, Number(position));
    const what = said.replace(/ in JSON.*$/, "").replace(/,? ?"[\s\S]*is not valid JSON$/, "");
    throw new Trouble(`${file} is not JSON: ${what} at ${where}. Correct it there.`, Exit.usage);
  }
}
