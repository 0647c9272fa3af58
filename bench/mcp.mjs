// troupe's client of MCP beside the official ones: the client's own work, in one process.
import { paired, spread, times } from "./figures.mjs";
import { atLeast } from "./goals.mjs";
import { inChild, inRounds } from "./rounds.mjs";

const rivals = {
  troupe: "troupe",
  troupe_engine: "troupe, through its engine",
  sdk_v2: "the official SDK 2.4 (2026-07-28)",
  sdk_v1: "the official SDK 1.32 (2025-11-25)",
};
const figures = {
  call: "a call in memory",
  connect: "connecting in memory",
  list: "a list of 2,000 tools",
  call_whole: "a call over HTTP",
  call_http: "of that the client alone",
};

export async function mcp({ rounds, place }) {
  const measured = await inRounds(
    {
      rounds,
      names: Object.keys(rivals),
      place,
    },
    (rival) => inChild("rivals/mcp.mjs", rival),
  );
  const all = (rival, figure) => measured[rival].map((each) => each[figure]);
  const ratio = (rival, figure) =>
    paired(all(rival, figure), all("troupe", figure), (value, troupe) => value / troupe);
  return {
    tables: [
      {
        caption:
          "CPU µs, client and server in one process, each with its own; the client alone with a server that answers at once. In " +
          "memory an application asks its own server directly, as the official clients do with objects; runs go through the " +
          "engine, with JSON-RPC as text.",
        columns: ["", ...Object.values(figures)],
        rows: Object.entries(rivals).map(([rival, title]) => [
          title,
          ...Object.keys(figures).map((figure) => spread(all(rival, figure))),
        ]),
      },
    ],
    goals: ["call", "connect", "list", "call_whole"].map((figure) =>
      atLeast(`${figures[figure]}: the official SDK 2.4, of troupe`, ratio("sdk_v2", figure), 3, times),
    ),
  };
}
