// OpenAI's streams to texts in JavaScript, beside what else reads them.
import { paired, spread, times } from "./figures.mjs";
import { atLeast } from "./goals.mjs";
import { inChild, inRounds } from "./rounds.mjs";

const rivals = {
  hand: "eventsource-parser and JSON.parse",
  troupe: "troupe, journal on",
  openai: "the openai client",
  aisdk: "Vercel AI SDK streamText",
};

export async function stream({ rounds, place }) {
  const measured = await inRounds({ rounds, names: Object.keys(rivals), place }, (rival) =>
    inChild("rivals/stream.mjs", rival),
  );
  const speeds = (rival) => measured[rival].map(({ mb_a_second }) => mb_a_second);
  const ratio = (rival) => paired(speeds("troupe"), speeds(rival), (troupe, other) => troupe / other);
  return {
    tables: [
      {
        caption:
          "A reply of 30,000 texts from OpenAI's chat completions, in pieces of 1 KiB, until the last text is in the " +
          "application's hands; what comes in one piece troupe tells at once. How many times its speed troupe has; then MB " +
          "of the stream a second of CPU time.",
        columns: ["", "troupe is", "MB/s"],
        rows: Object.entries(rivals).map(([rival, title]) => [
          title,
          times(ratio(rival)),
          spread(speeds(rival)),
        ]),
      },
    ],
    goals: [
      atLeast("troupe, of the hand-made pair", ratio("hand"), 1, times),
      atLeast("troupe, of the openai client", ratio("openai"), 4, times),
    ],
  };
}
