// `npm test` runs all groups of tests, `npm test -- native lint` those that are named. Each group first makes ready what
// it needs. The last line counts the groups.

import { fork } from "node:child_process";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";

import { groups } from "./test/groups.mjs";
import { ready } from "./setup/ready.mjs";
import { dim, green, main, progress, red, seconds, Trouble } from "./setup/say.mjs";

/** Of 19: what computes beside must not make another group's time-outs come too early. */
const LOW_PRIORITY = 10;

async function passes(group) {
  try {
    await ready(...group.needs);
    return (await group.run()) === 0;
  } catch (error) {
    console.error(error instanceof Trouble ? `\n${red("Stopped.")} ${error.message}` : error);
    return false;
  }
}

async function inTurn(names) {
  const rows = [];
  for (const name of names) {
    console.log(`\n── ${name}: ${groups[name].title}`);
    const start = performance.now();
    const passed = await passes(groups[name]);
    rows.push({ name, passed, took: seconds(start) });
  }
  return rows;
}

/** Runs groups in a process of its own while this one goes on. What it printed is shown whole when it ends. */
function elsewhere(names) {
  const child = fork(fileURLToPath(import.meta.url), names, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  setPriority(child.pid, LOW_PRIORITY);
  const printed = [];
  let rows = names.map((name) => ({ name, passed: false, took: "" }));
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => printed.push(bytes));
  child.on("message", (told) => (rows = told));
  return new Promise((resolve) => {
    child.on("close", () => {
      process.stdout.write(Buffer.concat(printed));
      resolve(rows);
    });
  });
}

await main(async (names) => {
  const unknown = names.filter((name) => !Object.hasOwn(groups, name));
  if (unknown.length > 0) {
    const known = Object.keys(groups).join(", ");
    throw new Trouble(`There is no group of tests named ${unknown.join(", ")}. The groups are: ${known}.`, 2);
  }

  const chosen = names.length > 0 ? names : Object.keys(groups);
  const [apart, here] = [true, false].map((aside) =>
    chosen.filter((name) => Boolean(groups[name].aside) === aside),
  );
  // Alone they are like all others. What both rest on is built by the first group here, at full speed.
  const rows = await inTurn(here.length > 0 ? here.slice(0, 1) : apart);
  const beside = here.length > 0 && apart.length > 0 ? elsewhere(apart) : undefined;
  rows.push(...(await inTurn(here.slice(1))));
  if (beside) rows.push(...(await progress(`${apart.join(" and ")}, beside`, () => beside)));

  if (process.send) {
    process.send(rows);
    return 0;
  }
  console.log();
  for (const { name, passed, took } of rows) {
    console.log(`${passed ? green("passed") : red("FAILED")}  ${name.padEnd(10)} ${dim(took.padStart(9))}`);
  }
  const failed = rows.filter((row) => !row.passed).length;
  console.log(`${rows.length - failed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
});
