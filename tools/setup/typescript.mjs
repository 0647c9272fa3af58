// The TypeScript of the npm package, and the worker and the page that are bundled from it.

import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync } from "node:fs";

import { at, logged } from "./command.mjs";
import { progress } from "./say.mjs";
import { filesIn, hashOf, step } from "./step.mjs";

const inputs = () => filesIn(["wasm/src", "wasm/tsconfig.json", "tsconfig.json", "package-lock.json"]);

export function typescript() {
  const outputs = ["wasm/dist/cli/main.js"];
  return step({ name: "typescript", inputs: inputs(), outputs }, async () => {
    removeOrphans();
    await progress("compiling the TypeScript", () =>
      logged("typescript", ["node", "node_modules/typescript/bin/tsc", "-p", "wasm"]),
    );
    chmodSync(at("wasm/dist/cli/main.js"), 0o755);
    linkProgram();
  });
}

/** npm links a workspace's program only if it is there when npm runs: without this, `npx troupe` asks the registry. */
function linkProgram() {
  const link = at("node_modules/.bin/troupe");
  if (process.platform === "win32") return;
  rmSync(link, { force: true });
  symlinkSync("../troupe/dist/cli/main.js", link);
}

/** What was compiled from a file that is gone would be published with the rest. */
function removeOrphans() {
  for (const compiled of filesIn(["wasm/dist"], /\.(d\.ts|js)(\.map)?$/)) {
    const source = compiled.replace("wasm/dist/", "wasm/src/").replace(/\.(d\.ts|js)(\.map)?$/, ".ts");
    if (!existsSync(at(source))) rmSync(at(compiled));
  }
}

/** The worker or the page, by the build script of its own package. */
export function bundle(workspace) {
  const { scripts } = JSON.parse(readFileSync(at(workspace, "package.json"), "utf8"));
  if (!scripts?.build) return undefined;
  const core = ["wasm/dist/core/troupe.wasm"];
  const bundled = { name: workspace, inputs: filesIn([workspace]), marks: [hashOf([...inputs(), ...core])] };
  return step({ ...bundled, outputs: [`${workspace}/dist`] }, () =>
    progress(`bundling ${workspace}`, () =>
      logged(workspace, ["npm", "run", "build", "--workspace", workspace]),
    ),
  );
}
