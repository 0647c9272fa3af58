// 1,000 runs of three turns at once: CPU time, and memory that a run holds while it waits.
import { median, number, paired, spread, times } from "./figures.mjs";
import { atLeast, atMost } from "./goals.mjs";
import { rivals } from "./rivals/names.mjs";
import { inChild, inRounds } from "./rounds.mjs";

const CROWD = 10_000;

export async function many({ rounds, place }) {
  const measured = await inRounds({ rounds, names: Object.keys(rivals), place }, async (rival) => ({
    ...(await inChild("measure.mjs", rival, "many")),
    ...(await inChild("measure.mjs", rival, "hold")),
  }));
  const all = (rival, figure) => measured[rival].map((each) => each[figure]);
  const ratio = (rival, other, figure) =>
    paired(all(rival, figure), all(other, figure), (value, another) => value / another);

  const columns = ["", "CPU", "memory", "CPU ms", "kB a run"];
  const rows = Object.entries(rivals).map(([rival, title]) => [
    title,
    times(ratio(rival, "troupe", "cpu_ms")),
    times(ratio(rival, "troupe", "kb_a_run")),
    spread(all(rival, "cpu_ms")),
    spread(all(rival, "kb_a_run")),
  ]);
  const caption =
    "How many times troupe's; then CPU ms for 1,000 runs, all threads counted, and kB that each of 1,000 runs holds while " +
    "all of them wait for their second reply: JavaScript's heap after a collection, and touched pages of WebAssembly's " +
    "memory.";
  // Each run: three replies and two tool calls.
  const crowd = await inRounds({ rounds, names: ["troupe"], place }, async (rival) => ({
    ...(await inChild("measure.mjs", rival, "crowd")),
    ...(await inChild("measure.mjs", rival, "crowd_hold")),
  }));
  const steps = crowd.troupe.map(({ cpu_ms }) => (CROWD * 5 * 1000) / cpu_ms);
  const held = crowd.troupe.map(({ kb_a_run }) => kb_a_run);
  const goals = [
    atMost("CPU of troupe, of the hand-written loop", ratio("troupe", "hand", "cpu_ms"), 2, number),
    atMost("kB that a run of troupe holds", median(all("troupe", "kb_a_run")), 8, number),
  ];
  goals.push(
    atLeast("steps a second, 10,000 runs at once", median(steps), 50_000, number),
    atMost("kB that each of 10,000 runs holds", median(held), 10, number),
  );
  const crowded = {
    caption: "10,000 runs at once in one engine, journals on, of five steps each.",
    columns: ["", "steps a second of CPU time", "kB a run"],
    rows: [["troupe", spread(steps), spread(held)]],
  };
  return { tables: [{ caption, columns, rows }, crowded], goals };
}
