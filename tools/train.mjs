// `npm run train`: makes core/task/tables.bin and core/servers/thesaurus.bin anew, from bench/data, bench/train and the
// public data beside the project. The same data gives the same files.

import { ready } from "./setup/ready.mjs";
import { main } from "./setup/say.mjs";

await main(async () => {
  await ready("nativeTools");
  await import("../bench/train/train.mjs");
  await import("../bench/train/thesaurus.mjs");
});
