// Files of one idea: at most 400 lines, and the middle one at most 150.

import { text, treeFiles } from "./tree.mjs";

const most = 400;
const mostMedian = 150;

export function sizesLint() {
  const sizes = treeFiles()
    .filter((file) => /^(core|wasm|edge|web)\/.*\.(cpp|hpp|ts|tsx|js|mjs|css|html)$/.test(file))
    .map((file) => ({ file, lines: text(file).split("\n").length - 1 }))
    .sort((a, b) => a.lines - b.lines);
  const problems = sizes
    .filter(({ lines }) => lines > most)
    .map(({ file, lines }) => `${file} has ${lines} lines; the most is ${most}. Make two ideas of it.`);
  const median = sizes[Math.floor(sizes.length / 2)]?.lines ?? 0;
  if (median > mostMedian)
    problems.push(`The median file has ${median} lines; it should have at most ${mostMedian}.`);
  return problems;
}
