// The frames that wasm/src/protocol.ts knows: for each kind, the fields it must and may have.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./recordings.mjs";

/** The members of `{ name: type; other?: type }` at `at`, and where it ends. */
function members(text, at) {
  const found = [];
  let depth = 0;
  let start = at + 1;
  for (let i = at; ; i += 1) {
    if (i >= text.length)
      throw new Error(`protocol.ts: a brace is not closed after "${text.slice(at, at + 40)}"`);
    if ("{[(<".includes(text[i])) depth += 1;
    if ("}])>".includes(text[i])) depth -= 1;
    if ((text[i] === ";" && depth === 1) || depth === 0) {
      const member = text.slice(start, i).trim();
      if (member) found.push(member);
      start = i + 1;
    }
    if (depth === 0) return found;
  }
}

/** kind -> { required, known } of an interface whose members are kinds. */
export function typescriptKinds(name) {
  const source = readFileSync(join(root, "wasm/src/protocol.ts"), "utf8").replaceAll(
    /\/\*[^]*?\*\/|\/\/.*/g,
    "",
  );
  const at = source.indexOf(`export interface ${name} {`);
  if (at < 0) throw new Error(`protocol.ts has no interface ${name}`);
  const kinds = new Map();
  for (const member of members(source, source.indexOf("{", at))) {
    const [, kind, type] = member.match(/^"?([\w.]+)"?\s*:\s*([^]*)$/);
    const variants = [...type.matchAll(/(?:^|\|)\s*\{/g)].map((match) =>
      members(type, match.index + match[0].length - 1),
    );
    const fields = variants.map((list) => list.map((field) => field.match(/^(\w+)(\??)\s*:/)));
    const names = (list) => list.map(([, field]) => field);
    const required = fields.map((list) => names(list.filter(([, , optional]) => !optional)));
    kinds.set(kind, {
      known: [...new Set(fields.flatMap(names))].sort(),
      // Of a union, what all variants require.
      required: (required[0] ?? []).filter((field) => required.every((list) => list.includes(field))).sort(),
    });
  }
  return kinds;
}
