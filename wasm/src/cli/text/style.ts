// Colours, only where somebody sees them: on a terminal that did not ask for none.

/** What a terminal is told to begin with a style, and to end with it. */
const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  magenta: [35, 39],
} as const;

export type Style = keyof typeof CODES;
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

/** Stands where a style begins or ends until the line is told. Nobody outside can guess it, so text cannot style itself. */
const own = crypto.randomUUID().slice(0, 8);

/** Splits a line at our styles, and keeps what they tell the terminal. */
export const ownStyle = new RegExp(`\x1b${own}(\\[\\d+m)`);

export function paintFor(stream: Stream): Paint {
  if (!isColoured(stream)) return (_style, text) => text;
  return (style, text) => {
    const [begin, end] = CODES[style];
    return `\x1b${own}[${begin}m${text}\x1b${own}[${end}m`;
  };
}

export const mark = { done: "✓", failed: "✗", open: "?", pause: "‖", working: "…" };
