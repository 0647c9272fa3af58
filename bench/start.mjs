// Milliseconds from nothing to the first answer, over what the runtime takes without anybody.
import { inChromium } from "./first/chromium.mjs";
import { inNode } from "./first/node.mjs";
import { inWorkerd } from "./first/workerd.mjs";
import { median, number, spread, times } from "./figures.mjs";
import { atMost } from "./goals.mjs";
import { inRounds } from "./rounds.mjs";

const titles = {
  troupe: "troupe, offline model",
  aisdk: "Vercel AI SDK generateText",
  langgraph: "LangGraph",
};

const hosts = [
  {
    host: "Node",
    names: ["empty", "troupe", "aisdk", "langgraph"],
    open: inNode,
    what: "From the start of a process to its answer: import, compile, first answer.",
  },
  {
    host: "Chromium",
    names: ["empty", "troupe", "aisdk"],
    open: inChromium,
    what:
      "The clock of a fresh page with an empty cache: the bundle and the .wasm from this machine, compile, first answer. " +
      "Without the browser's own start.",
  },
  {
    host: "workerd",
    names: ["empty", "troupe", "aisdk"],
    open: inWorkerd,
    what:
      "A server from its start to the end of its first reply, seen from outside, because workerd's own clock stands still " +
      "while it computes.",
  },
];

export async function start({ rounds, place }) {
  const tables = [];
  const measured = {};
  for (const { host, names, open, what } of hosts) {
    const { sample, close } = await open(names);
    try {
      // The first round fills the caches of the disk.
      await inRounds({ rounds: 1, names, place: () => place(`[${host}: warm-up]`) }, sample);
      const there = (where) => place(`[${host}, ${where.slice(1)}`);
      measured[host] = await inRounds({ rounds, names, place: there }, sample);
    } finally {
      await close();
    }
    tables.push(tableOf(host, what, measured[host]));
  }
  const troupe = median(differences(measured.Node, "troupe"));
  const goals = [atMost("ms of troupe over bare Node", troupe, 40, number)];
  return { tables, goals };
}

/** What one takes over the bare runtime, each within a round. */
const differences = (measured, name) => measured[name].map((ms, round) => ms - measured.empty[round]);

function tableOf(host, what, measured) {
  const columns = [host, "over bare", "ms over bare", "ms"];
  const rows = Object.keys(measured).map((name) => {
    if (name === "empty") return [`bare ${host}`, "", "", spread(measured.empty)];
    const own = differences(measured, name);
    // Not within a round: a difference can be next to nothing, and a ratio to it anything.
    const ratio = median(own) / median(differences(measured, "troupe"));
    return [titles[name], times(ratio), spread(own), spread(measured[name])];
  });
  return { caption: `${what} How many times troupe's time over the bare runtime; then ms.`, columns, rows };
}
