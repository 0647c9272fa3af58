// A thousand runs with vendors that fail three times in ten: bench/chaos. Like the simulation, not a measurement of time.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { number } from "./figures.mjs";
import { atLeast, atMost } from "./goals.mjs";

const RUNS = 1000;
const SEED = 1;
const program = fileURLToPath(new URL("../build/native-release/bench/troupe_chaos", import.meta.url));

function survived() {
  return new Promise((resolve) =>
    execFile(program, [String(RUNS), String(SEED)], { maxBuffer: 1 << 26 }, (_error, stdout) =>
      resolve(JSON.parse(stdout)),
    ),
  );
}

export async function chaos() {
  const { runs, ends, codes, ways, vendors, charged, cost, recoveries, windows, others, wrong } =
    await survived();
  const count = (value) => value.toLocaleString("en-US");
  const ended = Object.values(ends).reduce((sum, times) => sum + times, 0);
  const list = (times) =>
    Object.entries(times)
      .map(([name, often]) => `${name.replaceAll("_", " ")} ${count(often)}`)
      .join(", ");
  const caption =
    `${count(runs)} runs with five vendors, of whose answers three in ten are a failure (${list(ways)}). Ends: ${list(ends)}` +
    `${Object.keys(codes).length > 0 ? `; what failed: ${list(codes)}` : ""}. Another model took over ${count(recoveries)} ` +
    `times, ${count(others)} replies came from a model that was asked beside the first, and ${count(windows)} conversations ` +
    `were shortened. The vendors keep books of their own, and charged ${count(charged)} nano-dollars; the runs say ` +
    `${count(cost)}, the same by agent, step and model.`;
  return {
    tables: [
      {
        caption,
        columns: [
          "vendor",
          "requests",
          "of them failed",
          "a minute, most",
          "minutes",
          "nano-dollars",
          "limit kept",
        ],
        rows: vendors.map((vendor) => [
          vendor.name,
          count(vendor.requests),
          count(vendor.failures),
          count(vendor.per_minute),
          count(vendor.minutes),
          count(vendor.charged),
          vendor.kept ? "yes" : "NO",
        ]),
      },
    ],
    goals: [
      atLeast("runs that ended with an answer or a typed stop", ended, runs, count),
      atMost("nano-dollars by which the books differ", Math.abs(charged - cost), 0, number),
      atMost("vendors that got more than their limit", vendors.filter(({ kept }) => !kept).length, 0, number),
      atMost("other things that must not be", wrong.length, 0, number),
    ],
  };
}
