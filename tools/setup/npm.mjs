// The JavaScript packages, exactly those of package-lock.json.

import { logged } from "./command.mjs";
import { progress } from "./say.mjs";
import { step } from "./step.mjs";

export function npmPackages() {
  const inputs = ["package-lock.json"];
  const marks = [process.version, process.platform, process.arch];
  const outputs = ["node_modules/.package-lock.json"];
  return step({ name: "npm", inputs, marks, outputs }, () =>
    // Binaries come in packages of their own here, so no package needs its install script.
    progress("installing npm packages", () => logged("npm", ["npm", "ci", "--ignore-scripts"])),
  );
}
