// bench/RESULTS.md: written from measurements and never by hand.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { benches } from "./benches.mjs";
import { machine, versions } from "./machine.mjs";
import { markdownOf } from "./table.mjs";

const preface = `# Measured

Troupe beside what you would pick instead, on the same work: a scripted model and a tool that answer at once, so that only
the overhead is left. Everything is measured in turn, round after round, so that what disturbs the machine disturbs all
alike. Ratios come first: they hold on other machines, the absolute figures do not. A figure is the median of the rounds,
with the lowest and the highest behind it.

Written by \`npm run bench -- --write\`, which takes a while and wants a quiet machine.`;

const sectionOf = ({ name, title, tables, goals }) =>
  [
    `## ${name}: ${title}`,
    `    npm run bench -- ${name}`,
    ...tables.map(markdownOf),
    goals.map((goal) => `- ${goal}`).join("\n"),
  ].join("\n\n");

/** Writes the file, and tells its path in the repository. What was not measured now stays as it was written last. */
export async function writeResults(results) {
  const file = fileURLToPath(new URL("RESULTS.md", import.meta.url));
  const written = (await readFile(file, "utf8")).split(/^(?=## )/m).slice(1);
  const earlier = new Map(written.map((section) => [/^## (\w+)/.exec(section)[1], section.trimEnd()]));
  for (const result of results) earlier.set(result.name, sectionOf(result));
  const sections = Object.keys(benches).flatMap((name) => earlier.get(name) ?? []);
  const text = [preface, `Machine: ${machine()}.\nVersions: ${versions()}.`, ...sections].join("\n\n");
  const form = { ...(await resolveConfig(file)), parser: "markdown" };
  await writeFile(file, await format(text, form));
  return "bench/RESULTS.md";
}
