import { prepare } from './rivals/named.mjs'; import { setting } from './workload.mjs';
const run = await prepare(); setting.turns=50;
for (let i=0;i<200;i++) await run();
process.exit(0)
