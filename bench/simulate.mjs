// Runs over all patterns in worlds made from seeds: bench/simulate. Not a measurement of time but of what must never be.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { number } from "./figures.mjs";
import { atMost } from "./goals.mjs";

const RUNS = 100_000;
const program = fileURLToPath(new URL("../build/native-release/bench/troupe_simulate", import.meta.url));

function simulated() {
  return new Promise((resolve) =>
    execFile(program, [String(RUNS)], { maxBuffer: 1 << 26 }, (_error, stdout) =>
      resolve(JSON.parse(stdout)),
    ),
  );
}

export async function simulate() {
  const { runs, lines, hosts_that_died, questions, ends, bad_seeds } = await simulated();
  const reasons = [...new Set(Object.values(ends).flatMap(Object.keys))].sort();
  const count = (value) => value.toLocaleString("en-US");
  const caption =
    `How ${count(runs)} runs ended, in worlds where models answer late, wrong, malformed or never, tools fail, persons deny ` +
    `or are not there, and hosts die in the middle: ${count(lines)} journal lines, ${count(questions)} questions, ` +
    `${count(hosts_that_died)} hosts that died. A bad seed would be a run that did not end, ended without a typed reason, ` +
    `made more calls than its budget, or had an effect twice; \`troupe_simulate --seed N\` has that world again.`;
  return {
    tables: [
      {
        caption,
        columns: ["", ...reasons.map((reason) => reason.replaceAll("_", " "))],
        rows: Object.entries(ends).map(([pattern, times]) => [
          pattern.replaceAll("_", " "),
          ...reasons.map((reason) => (times[reason] === undefined ? "" : count(times[reason]))),
        ]),
      },
    ],
    goals: [atMost("bad seeds", bad_seeds.length, 0, number)],
  };
}
