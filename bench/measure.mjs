// One measurement in a process of its own: `node --expose-gc measure.mjs RIVAL MODE`. Prints one line of JSON.
import { setImmediate as tick } from "node:timers/promises";
import { median } from "./figures.mjs";
import { pagesTouched } from "./pages.mjs";
import { FINAL, LENGTHS, setting } from "./workload.mjs";

/** What a figure may cost. Some rivals take half a minute for one run of 800 turns. */
const MOST_MS = 4000;
const WARM_MS = 2000;

const [rival, mode] = process.argv.slice(2);
const touched = mode.endsWith("hold") ? pagesTouched() : undefined;
const { prepare } = await import(`./rivals/${rival}.mjs`);
const run = await prepare();

/** Time on processors, ms: other processes do not count, and this one's collector and compiler do. */
function processor() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function checked() {
  const answer = await run();
  if (answer !== FINAL) throw new Error(`${rival} answered ${JSON.stringify(answer)}`);
}

async function timed(work) {
  await tick();
  const before = processor();
  await work();
  return processor() - before;
}

/** CPU µs a turn at each length of a run. */
async function turns() {
  setting.turns = 25;
  // Until the compilers have had their turn: code is compiled again, and better, while it runs.
  for (let [spent, runs] = [0, 0]; runs < 40 || spent < WARM_MS; runs++) spent += await timed(checked);
  const result = {};
  for (const length of LENGTHS) {
    setting.turns = length;
    // The first run makes room for the others. One that takes so long is measured itself.
    let [spent, runs] = [await timed(checked), 1];
    if (spent < MOST_MS) [spent, runs] = [0, 0];
    while (spent < MOST_MS && runs * length < 6000) {
      spent += await timed(checked);
      runs++;
    }
    result[length] = (spent * 1000) / runs / length;
  }
  return result;
}

const CROWD = 10_000;
const atOnce = (count) => Promise.all(Array.from({ length: count }, checked));

/** CPU ms for so many runs at once of three turns. */
async function many(count = 1000) {
  setting.turns = 2;
  await atOnce(count);
  const spent = [];
  while (spent.length < 7 && spent.reduce((sum, each) => sum + each, 0) < MOST_MS)
    spent.push(await timed(() => atOnce(count)));
  return { cpu_ms: median(spent) };
}

/** Memory that so many runs hold while all of them wait for their second reply, kB a run. */
async function hold(count = 1000) {
  setting.turns = 2;
  for (let i = 0; i < 20; i++) await checked();
  const before = await held();
  let waiting = 0;
  let release;
  const open = new Promise((resolve) => (release = resolve));
  const everybody = new Promise((resolve) => {
    setting.gate = async (turn) => {
      if (turn !== 1) return;
      if (++waiting === count) resolve();
      await open;
    };
  });
  const runs = atOnce(count);
  await everybody;
  const after = await held();
  release();
  await runs;
  return { kb_a_run: (after - before) / 1024 / count };
}

/** Bytes in use once the garbage is gone. */
async function held() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await tick();
  }
  const { reserved, used } = touched();
  if (rival === "troupe" && used === 0) throw new Error("The engine's memory was not found.");
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external - reserved + used;
}

const crowd = () => many(CROWD);
const crowd_hold = () => hold(CROWD);
console.log(JSON.stringify(await { turns, many, hold, crowd, crowd_hold }[mode]()));
process.exit(0);
