// `npm run format`: puts all C++ and JavaScript into the form that the lints ask for.

import { shown } from "./setup/command.mjs";
import { ready } from "./setup/ready.mjs";
import { main } from "./setup/say.mjs";
import { cppFiles } from "./lint/tree.mjs";

await main(async () => {
  await ready("npm", "lint");
  const cpp = await shown(["clang-format-19", "-i", ...cppFiles()]);
  return (
    cpp || shown(["node", "node_modules/prettier/bin/prettier.cjs", "--write", "--log-level", "warn", "."])
  );
});
