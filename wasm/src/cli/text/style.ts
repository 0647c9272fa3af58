// Colours, only where somebody sees them: on a terminal that did not ask for none.

import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan" | "magenta";
export type Paint = (style: Style, text: string) => string;

interface Stream {
  isTTY?: boolean;
}

export function isColoured(stream: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if (env.NO_COLOR) return false;
  return stream.isTTY === true && env.TERM !== "dumb";
}

export function paintFor(stream: Stream): Paint {
  // Node 22 looks at stdout by itself, which is the wrong stream here; it is told not to.
  if (isColoured(stream)) return (style, text) => styleText(style, text, { validateStream: false });
  return (_style, text) => text;
}

export const mark = { done: "✓", failed: "✗", open: "?", pause: "‖", working: "…" };
