// How much room text takes on a terminal, and text from outside made harmless for one.

import { ownStyle } from "./style.js";

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const weightless = /\p{Mark}|\p{Cf}/u;
const styles = new RegExp(ownStyle.source, "g");

function widthOfCharacter(character: string): number {
  if (character < "\x7f") return 1;
  if (weightless.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** The columns that a line takes; styles take none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text.replace(styles, "")) width += widthOfCharacter(character);
  return width;
}

/** Unstyled text, cut with an ellipsis so that it takes at most `columns`. */
export function fit(text: string, columns: number): string {
  if (text.length <= columns && widthOf(text) <= columns) return text;
  let width = 0;
  let out = "";
  for (const character of text) {
    width += widthOfCharacter(character);
    if (width > columns - 1) break;
    out += character;
  }
  return columns < 1 ? "" : `${out.trimEnd()}…`;
}

export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/** Lines of at most `columns`, broken at spaces where there are any. */
export function wrap(text: string, columns: number): string[] {
  const out: string[] = [];
  for (const line of text.split("\n")) {
    let current = "";
    let width = 0;
    for (const word of line.split(/(?<=\s)/)) {
      let rest = word;
      if (width + widthOf(rest.trimEnd()) > columns && current !== "") {
        out.push(current.trimEnd());
        current = "";
        width = 0;
      }
      while (widthOf(rest.trimEnd()) > columns) {
        const head = fit(rest, columns + 1).slice(0, -1);
        out.push(head);
        rest = rest.slice(Math.max(1, head.length));
      }
      current += rest;
      width += widthOf(rest);
    }
    out.push(current.trimEnd());
  }
  return out;
}

/** What moves the cursor, recolours the screen or reverses the reading order. Newlines and tabs are none of it. */
export const harmful = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text from models, tools and journals, with what is harmful shown as what it is. */
export function harmless(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(harmful, named);
}

function named(character: string): string {
  const code = character.codePointAt(0)!;
  const digits = code.toString(16);
  if (code < 0xa0) return `\\x${digits.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\u{${digits}}`;
}

/** Harmless, and with all that cannot be seen: for what a person has to judge to the letter. */
export function exact(text: string): string {
  return harmless(text).replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, named);
}

/** Harmless, and all on one line. */
export function oneLine(text: string): string {
  return harmless(text).replace(/\s+/g, " ").trim();
}
