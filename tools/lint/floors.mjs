// A folder of core/ includes itself and lower floors. Only wasm/bindings.cpp knows Emscripten. The worker and the page
// import the package, never each other and never the core.

import { text, treeFiles } from "./tree.mjs";

const floors = [
  ["base"],
  ["wire", "run"],
  ["llm", "mcp", "task", "strategy", "servers", "guard", "learn", "cache", "observe"],
  ["agents"],
  ["patterns"],
  ["coordinate", "plugin"],
  ["engine"],
];

/** Folders of one floor do not know each other, but for these. */
const neighbours = {
  run: ["wire"],
  mcp: ["llm"],
  guard: ["llm"],
  strategy: ["task", "learn"],
  servers: ["task", "strategy"],
};

const floorOf = (folder) => floors.findIndex((folders) => folders.includes(folder));

function mayInclude(from, to) {
  if (from === to || neighbours[from]?.includes(to)) return true;
  return floorOf(to) >= 0 && floorOf(to) < floorOf(from);
}

export function floorsLint() {
  const problems = [];
  for (const file of treeFiles()) {
    const [place, folder] = file.split("/");
    if (/\.(cpp|hpp)$/.test(file)) problems.push(...wrongIncludes(file, place, folder));
    else if (/\.(ts|tsx|js|mjs)$/.test(file)) problems.push(...wrongImports(file, place));
  }
  return problems;
}

function wrongIncludes(file, place, folder) {
  const problems = [];
  if (place === "core" && floorOf(folder) < 0)
    problems.push(
      `${file}: core/${folder} has no floor; give it one in ${import.meta.url.split("/").slice(-3).join("/")}.`,
    );
  for (const [, header] of text(file).matchAll(/^\s*#\s*include\s*[<"]([^>"]+)[>"]/gm)) {
    if (header.startsWith("emscripten") && file !== "wasm/bindings.cpp") {
      problems.push(`${file} includes <${header}>: only wasm/bindings.cpp may know Emscripten.`);
    }
    const to = header.split("/")[0];
    if (place === "core" && floorOf(to) >= 0 && !mayInclude(folder, to)) {
      problems.push(`${file} includes "${header}": core/${folder} must not know core/${to}.`);
    }
  }
  return problems;
}

function wrongImports(file, place) {
  const forbidden = { edge: ["web", "core"], web: ["edge", "core"], wasm: ["edge", "web"] }[place] ?? [];
  const depth = file.split("/").length - 1;
  return [...text(file).matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)]
    .map(([, path]) => path)
    .filter((path) =>
      forbidden.some(
        (other) => path.startsWith(`${"../".repeat(depth)}${other}/`) || path === `troupe-${other}`,
      ),
    )
    .map((path) => `${file} imports "${path}": ${place}/ must not know it.`);
}
