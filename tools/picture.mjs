// Turns a terminal's text, with its colours, into an SVG: the picture in the README.
//   tmux capture-pane -e -p -t SESSION | node tools/picture.mjs "title" > docs/terminal.svg

import { text as textOfStream } from "node:stream/consumers";

const theme = {
  ground: "#16181d",
  bar: "#23262e",
  ink: "#d7dae0",
  faint: "#868d9a",
  31: "#f47f7f",
  32: "#8fd07f",
  33: "#e8c468",
  34: "#7fb0f4",
  35: "#cf9af0",
  36: "#6fcbd6",
};
const font = { size: 14, width: 8.43, line: 20 };
const margin = 20;
const barHeight = 36;

/** A style holds until it is changed, also over the end of a line. */
let style = {};

/** A line's pieces of one style each: where they start, what they say, how they look. */
function pieces(line) {
  const found = [];
  let column = 0;
  for (const [, codes, words] of line.matchAll(/\x1b\[([\d;]*)m|([^\x1b]+)/g)) {
    if (words === undefined) {
      for (const code of (codes || "0").split(";").map(Number)) style = restyled(style, code);
      continue;
    }
    found.push({ column, words, ...style });
    column += [...words].length;
  }
  return found;
}

function restyled(style, code) {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, faint: true };
  if (code === 22) return { ...style, bold: false, faint: false };
  if (code === 39) return { ...style, colour: undefined };
  return theme[code] ? { ...style, colour: theme[code] } : style;
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const rounded = (number) => Math.round(number * 100) / 100;

/**
 * Words get their place and their length, so that columns stand whatever font the reader has; wide gaps are left out,
 * because renderers make one space of them.
 */
function drawn({ column, words, bold, faint, colour }, y) {
  return [...words.matchAll(/\S+(?: \S+)*/g)].map(({ 0: shown, index }) => {
    const at = column + [...words.slice(0, index)].length;
    const attributes = [
      `x="${rounded(margin + at * font.width)}"`,
      `y="${y}"`,
      `textLength="${rounded([...shown].length * font.width)}"`,
      `fill="${colour ?? (faint ? theme.faint : theme.ink)}"`,
    ];
    if (bold) attributes.push('font-weight="bold"');
    return `<text ${attributes.join(" ")}>${escaped(shown)}</text>`;
  });
}

function picture(title, lines) {
  const columns = Math.max(40, ...lines.map((line) => [...line.replace(/\x1b\[[\d;]*m/g, "")].length));
  const width = Math.ceil(columns * font.width + 2 * margin);
  const height = barHeight + lines.length * font.line + 2 * margin - 6;
  const texts = lines.flatMap((line, row) => {
    const y = barHeight + margin + row * font.line + 10;
    return pieces(line).flatMap((piece) => drawn(piece, y));
  });
  const lights = ["#f47f7f", "#e8c468", "#8fd07f"].map(
    (colour, at) => `<circle cx="${20 + at * 20}" cy="${barHeight / 2}" r="6" fill="${colour}"/>`,
  );
  const family = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" rx="10" fill="${theme.ground}"/>`,
    `<path d="M0 ${barHeight}V10a10 10 0 0 1 10-10h${width - 20}a10 10 0 0 1 10 10v${barHeight - 10}z" fill="${theme.bar}"/>`,
    ...lights,
    `<g font-family="${family}" font-size="${font.size}">`,
    `<text x="${width / 2}" y="${barHeight / 2 + 5}" fill="${theme.faint}" text-anchor="middle">${escaped(title)}</text>`,
    ...texts,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

const lines = (await textOfStream(process.stdin)).trimEnd().split("\n");
process.stdout.write(picture(process.argv[2] ?? "terminal", lines));
