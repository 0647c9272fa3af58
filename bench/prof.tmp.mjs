import { setting } from "./workload.mjs";
import { prepare } from "./rivals/troupe.mjs";
const run = await prepare();
setting.turns = +process.argv[2];
for (let i = 0; i < +process.argv[3]; i++) await run();
process.exit(0);
