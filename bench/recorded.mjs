// A recorded run, gone through again: `node recorded.mjs TURNS`. Prints one line of JSON, CPU ms for each way.
import { options, scripted } from "./rivals/troupe.mjs";
import { FINAL, TASK, setting } from "./workload.mjs";

const WARM_MS = 400;
const MEASURED_MS = 1200;

const troupe = await scripted();
setting.turns = Number(process.argv[2]);
const run = troupe.run(TASK, options);
await run;
const journal = run.journal();
const lines = journal.split("\n").slice(0, -1);
const cut = journal.slice(0, -(lines.at(-1).length + 1));

// What is not verified would be measured too fast.
const edited = journal.replace("owner team-blue", "owner team-pink");
const outcome = await troupe.replay(edited).then(
  ({ stop }) => stop.reason,
  () => "refused",
);
if (outcome !== "refused") throw new Error("An edited journal was replayed.");

const ways = {
  replay: async () => (await troupe.replay(journal)).answer === FINAL,
  verify: () => troupe.verify(journal).ok,
  resume: async () => (await troupe.resume(cut)).answer === FINAL,
};

function processor() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function timed(way) {
  const before = processor();
  if (!(await ways[way]())) throw new Error(`${way} did not come to the run's answer.`);
  return processor() - before;
}

async function repeated(way, ms) {
  let [spent, repeats] = [0, 0];
  for (; spent < ms; repeats++) spent += await timed(way);
  return spent / repeats;
}

const cpu_ms = {};
for (const way of Object.keys(ways)) {
  await repeated(way, WARM_MS);
  cpu_ms[way] = await repeated(way, MEASURED_MS);
}
console.log(JSON.stringify({ entries: lines.length, cpu_ms }));
process.exit(0);
