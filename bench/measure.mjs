// One measurement in a process of its own: `node --expose-gc measure.mjs RIVAL MODE`. Prints one line of JSON.
import { readFileSync } from "node:fs";
import { setImmediate as tick, setTimeout as sleep } from "node:timers/promises";
import { FINAL, setting } from "./workload.mjs";

/** Time on the processor, ms: other processes on the machine do not count. Exact after a context switch only. */
const processor = () => Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[0]) / 1e6;

const [rival, mode] = process.argv.slice(2);
const { prepare } = await import(`./rivals/${rival}.mjs`);
const run = await prepare();

async function checked() {
  const answer = await run();
  if (answer !== FINAL) throw new Error(`${rival} answered ${JSON.stringify(answer)}`);
}

/** CPU µs a turn at each length of a run. */
async function turns() {
  setting.turns = 25;
  for (let i = 0; i < 40; i++) await checked();
  const result = {};
  for (const length of [50, 200, 800]) {
    setting.turns = length;
    await checked();
    const repeats = rival === "langgraph" ? Math.ceil(200 / length) + 1 : Math.ceil(6000 / length);
    await sleep(5);
    const before = processor();
    for (let i = 0; i < repeats; i++) {
      await tick();
      await checked();
    }
    await sleep(5);
    result[length] = ((processor() - before) * 1000) / repeats / length;
  }
  return result;
}

/** CPU ms for 1,000 runs at once of three turns. */
async function many() {
  setting.turns = 2;
  for (let i = 0; i < 20; i++) await checked();
  const times = [];
  for (let i = 0; i < 7; i++) {
    await sleep(5);
    const before = processor();
    await Promise.all(Array.from({ length: 1000 }, checked));
    await sleep(5);
    times.push(processor() - before);
  }
  return { cpu_ms: times.sort((a, b) => a - b)[3] };
}

/** Memory that 1,000 runs hold while all of them wait for their second reply, kB a run. */
async function hold() {
  setting.turns = 2;
  for (let i = 0; i < 20; i++) await checked();
  const collect = async () => {
    for (let i = 0; i < 3; i++) {
      globalThis.gc();
      await tick();
    }
  };
  await collect();
  const before = process.memoryUsage();
  let waiting = 0;
  let release;
  const open = new Promise((resolve) => (release = resolve));
  const everybody = new Promise((resolve) => {
    setting.gate = async (turn) => {
      if (turn !== 1) return;
      if (++waiting === 1000) resolve();
      await open;
    };
  });
  const runs = Promise.all(Array.from({ length: 1000 }, checked));
  await everybody;
  await collect();
  const after = process.memoryUsage();
  release();
  await runs;
  return { kb_a_run: (after.heapUsed + after.external - before.heapUsed - before.external) / 1024 / 1000 };
}

console.log(JSON.stringify(await { turns, many, hold }[mode]()));
process.exit(0);
