// `npm run bench`: measures troupe beside what one would pick instead; `npm run bench -- --help` says more. First it makes
// ready what the benches need: the package, and what it is compared with, which nothing else here depends on.

import { benches } from "../bench/benches.mjs";
import { help, wishOf } from "../bench/wish.mjs";
import { logged } from "./setup/command.mjs";
import { alone } from "./setup/lock.mjs";
import { ready } from "./setup/ready.mjs";
import { main, progress } from "./setup/say.mjs";
import { step } from "./setup/step.mjs";

const install = ["npm", "ci", "--ignore-scripts", "--prefix", "bench"];

function peers() {
  const inputs = ["bench/package-lock.json"];
  const marks = [process.version, process.platform, process.arch];
  const outputs = ["bench/node_modules/.package-lock.json"];
  return step({ name: "peers", inputs, marks, outputs }, () =>
    progress("installing what troupe is compared with", () => logged("peers", install)),
  );
}

await main(async (args) => {
  const wish = wishOf(args);
  if (wish.help) return console.log(help);
  await ready(...new Set(wish.names.flatMap((name) => benches[name].needs)));
  await alone(peers);
  const { run } = await import("../bench/run.mjs");
  return run(wish);
});
