// Agents side by side, and a plan carried out: what the engine takes when the model answers at once.
import { median, number, paired, spread, times } from "./figures.mjs";
import { atLeast } from "./goals.mjs";
import { inChild, inRounds } from "./rounds.mjs";

const rivals = {
  promises: "Promise.all by hand, nothing kept",
  troupe: "troupe, journal on",
  mastra: "Mastra .parallel, nothing kept",
  langgraph: "LangGraph fan-out, not durable",
  langgraph_durable: "LangGraph fan-out, durable (MemorySaver)",
};

export async function patterns({ rounds, place }) {
  const names = [...Object.keys(rivals), "troupe_plan"];
  const measured = await inRounds({ rounds, names, place }, (rival) => inChild("rivals/fanout.mjs", rival));
  const all = (rival) => measured[rival].map(({ us }) => us);
  const ratio = (rival) => paired(all(rival), all("troupe"), (value, troupe) => value / troupe);
  return {
    tables: [
      {
        caption:
          "Ten workers at once and a synthesiser. How many times troupe's CPU time, then CPU µs a run.",
        columns: ["", "times", "µs a run"],
        rows: Object.entries(rivals).map(([rival, title]) => [
          title,
          times(ratio(rival)),
          spread(all(rival)),
        ]),
      },
      {
        caption:
          "A plan of 100 tasks in ten layers: written, verified, carried out, checked and put together.",
        columns: ["", "µs a run", "µs a task"],
        rows: [["troupe, journal on", spread(all("troupe_plan")), number(median(all("troupe_plan")) / 100)]],
      },
    ],
    goals: [atLeast("durable LangGraph, of troupe", ratio("langgraph_durable"), 1, times)],
  };
}
