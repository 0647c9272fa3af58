// `npm test` runs all groups of tests, `npm test -- native lint` those that are named. Each group first makes ready what
// it needs. The last line counts the groups.

import { groups } from "./test/groups.mjs";
import { ready } from "./setup/ready.mjs";
import { dim, green, main, red, seconds, Trouble } from "./setup/say.mjs";

async function passes(group) {
  try {
    await ready(...group.needs);
    return (await group.run()) === 0;
  } catch (error) {
    console.error(error instanceof Trouble ? `\n${red("Stopped.")} ${error.message}` : error);
    return false;
  }
}

await main(async (names) => {
  const unknown = names.filter((name) => !Object.hasOwn(groups, name));
  if (unknown.length > 0) {
    const known = Object.keys(groups).join(", ");
    throw new Trouble(`There is no group of tests named ${unknown.join(", ")}. The groups are: ${known}.`, 2);
  }

  const rows = [];
  for (const name of names.length > 0 ? names : Object.keys(groups)) {
    console.log(`\n── ${name}: ${groups[name].title}`);
    const start = performance.now();
    const passed = await passes(groups[name]);
    rows.push({ name, passed, took: seconds(start) });
  }

  console.log();
  for (const { name, passed, took } of rows) {
    console.log(`${passed ? green("passed") : red("FAILED")}  ${name.padEnd(10)} ${dim(took.padStart(9))}`);
  }
  const failed = rows.filter((row) => !row.passed).length;
  console.log(`${rows.length - failed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
});
