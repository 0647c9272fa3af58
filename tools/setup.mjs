// `npm run setup`: all that building and testing need, without running anything.

import { ready } from "./setup/ready.mjs";
import { main } from "./setup/say.mjs";

await main(async () => {
  await ready("npm", "lint", "chromium", "nativeDebug", "wasmTests", "edge", "web");
});
