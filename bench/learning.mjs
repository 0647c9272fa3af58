// A world in which one way of working is better than the one that the engine would choose, and in which that changes:
// how soon the choices follow.
import { createTroupe } from "troupe";
import { number } from "./figures.mjs";
import { atLeast } from "./goals.mjs";

const WORLDS = 40;
const RUNS = 160;
const CHANGE = 80;
const task = "Compare three suppliers of paper, with prices and delivery times, and recommend one";

/** Numbers below 1 that a seed fixes: SplitMix32. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

export async function learning({ place }) {
  const right = new Array(RUNS).fill(0);
  for (let world = 0; world < WORLDS; world++) {
    place(`[world ${world + 1} of ${WORLDS}]`);
    const troupe = await createTroupe();
    const chance = random(world);
    const ranked = troupe.decide(task).options.map(({ pattern }) => pattern);
    // First the engine's second choice is the good one, then its third.
    for (let run = 0; run < RUNS; run++) {
      const better = ranked[run < CHANGE ? 1 : 2];
      const seed = Math.floor(chance() * 2 ** 32)
        .toString(16)
        .padStart(16, "0");
      const { pattern } = troupe.decide(task, { seed });
      if (pattern === better) right[run]++;
      troupe.feedback({ task, pattern }, chance() < (pattern === better ? 0.9 : 0.3) ? 1 : 0);
    }
    await troupe.dispose();
  }
  const spans = [
    [0, 10],
    [10, 20],
    [20, 40],
    [60, 80],
    [80, 90],
    [90, 110],
    [140, 160],
  ];
  const share = ([from, to]) =>
    right.slice(from, to).reduce((sum, each) => sum + each, 0) / (to - from) / WORLDS;
  const percent = (value) => `${number(value * 100)} %`;
  return {
    tables: [
      {
        caption: `${WORLDS} worlds in which the better pattern ends well in 90 of 100 runs and all others in 30; after ${CHANGE} runs it is another one. How often the better one was chosen.`,
        columns: ["", ...spans.map(([from, to]) => `runs ${from + 1}–${to}`)],
        rows: [["the better pattern", ...spans.map((span) => percent(share(span)))]],
      },
    ],
    goals: [
      atLeast("the better pattern is chosen, runs 61 to 80", share([60, 80]), 0.7, percent),
      atLeast("and after the world changed, runs 141 to 160", share([140, 160]), 0.6, percent),
    ],
  };
}
