// `npm start`: sets up what is missing, then has the engine do a task over files of this repository.
// `npm start -- "another task"` runs that one; everything after `--` goes to `troupe demo`.

import { shown } from "./setup/command.mjs";
import { ready } from "./setup/ready.mjs";
import { main } from "./setup/say.mjs";

await main(async (args) => {
  await ready("package");
  return shown(["node", "wasm/dist/cli/main.js", "demo", ...args]);
});
