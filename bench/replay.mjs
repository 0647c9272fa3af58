// Journal entries a second: replayed, verified, resumed to the end.
import { median, number, spread } from "./figures.mjs";
import { atLeast } from "./goals.mjs";
import { inChild, inRounds } from "./rounds.mjs";
import { LENGTHS } from "./workload.mjs";

const ways = {
  replay: "troupe.replay: the chain is verified, every step done again",
  verify: "troupe.verify: the chain alone",
  resume: "troupe.resume, all but the last line there",
};

export async function replay({ rounds, place }) {
  const measured = await inRounds({ rounds, names: LENGTHS.map(String), place }, (length) =>
    inChild("recorded.mjs", length),
  );
  const rates = (way, length) =>
    measured[length].map(({ entries, cpu_ms }) => entries / (cpu_ms[way] / 1000));

  const columns = ["", ...LENGTHS.map((n) => `${n} turns, ${number(measured[n][0].entries)} entries`)];
  const rows = Object.entries(ways).map(([way, title]) => [
    title,
    ...LENGTHS.map((length) => spread(rates(way, length).map((rate) => rate / 1000))),
  ]);
  const caption = "Thousands of entries a second of CPU time, for journals of three lengths.";
  const slowest = Math.min(...LENGTHS.map((length) => median(rates("replay", length))));
  const goals = [atLeast("entries replayed a second, at the slowest length", slowest, 100_000, number)];
  return { tables: [{ caption, columns, rows }], goals };
}
