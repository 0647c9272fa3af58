// `npm run bench`: the benchmarks of bench/. Arguments go to bench/run.mjs.

import { shown } from "./setup/command.mjs";
import { ready } from "./setup/ready.mjs";
import { main } from "./setup/say.mjs";

await main(async (args) => {
  await ready("package");
  return shown(["node", "--expose-gc", "bench/run.mjs", ...args]);
});
