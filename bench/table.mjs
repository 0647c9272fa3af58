// A table of strings, for a terminal and for Markdown: `{ caption, columns, rows }`, the first column words.

/** Columns are as wide as their widest cell; figures stand at the right. */
export function textOf({ caption, columns, rows }) {
  const lines = [columns, ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((cells) => cells[i].length)));
  const placed = lines.map((cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("   "),
  );
  return `${caption.replace(/(.{1,100})(?: |$)/g, "$1\n")}\n  ${placed.join("\n  ")}`;
}

export function markdownOf({ caption, columns, rows }) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rule = columns.map((_, i) => (i === 0 ? "---" : "--:"));
  return [caption, "", line(columns), line(rule), ...rows.map(line)].join("\n");
}
