// CPU time a turn, in runs of 50, 200 and 800 turns.
import { number, paired, spread, times } from "./figures.mjs";
import { atLeast, atMost } from "./goals.mjs";
import { rivals } from "./rivals/names.mjs";
import { inChild, inRounds } from "./rounds.mjs";
import { LENGTHS } from "./workload.mjs";

export async function turns({ rounds, place }) {
  const measured = await inRounds({ rounds, names: Object.keys(rivals), place }, (rival) =>
    inChild("measure.mjs", rival, "turns"),
  );
  const at = (rival, length) => measured[rival].map((each) => each[length]);
  const ratio = (rival, other, length) =>
    paired(at(rival, length), at(other, length), (value, another) => value / another);

  const columns = ["", ...LENGTHS.map((n) => `${n} turns`), ...LENGTHS.map((n) => `µs at ${n}`)];
  const rows = Object.entries(rivals).map(([rival, title]) => [
    title,
    ...LENGTHS.map((length) => times(ratio(rival, "troupe", length))),
    ...LENGTHS.map((length) => spread(at(rival, length))),
  ]);
  const caption = "How many times troupe's CPU time, then CPU µs a turn. All threads of the process count.";
  const flatness = paired(at("troupe", 800), at("troupe", 50), (long, short) => long / short);
  const goals = [
    atMost("troupe at 200 turns, of the hand-written loop", ratio("troupe", "hand", 200), 1, number),
    atMost("troupe at 800 turns, of the hand-written loop", ratio("troupe", "hand", 800), 1 / 3, number),
    atMost("troupe at 800 turns, of itself at 50", flatness, 2, number),
    atLeast(
      "durable LangGraph at 800 turns, of troupe",
      ratio("langgraph_durable", "troupe", 800),
      300,
      times,
    ),
  ];
  return { tables: [{ caption, columns, rows }], goals };
}
