// The JavaScript packages, exactly those of package-lock.json.

import { logged } from "./command.mjs";
import { progress } from "./say.mjs";
import { step } from "./step.mjs";

/**
 * The packages of a folder that has a package.json and a lock file of its own: what only its tests need. Without optional
 * ones it is no `npm ci`, which wants even those in the lock file that are for no machine of ours.
 */
export function npmPackagesOf(folder, { scripts = false, optional = true } = {}) {
  const inputs = [`${folder}/package-lock.json`];
  const marks = [process.version, process.platform, process.arch];
  const outputs = [`${folder}/node_modules/.package-lock.json`];
  const name = `npm-${folder.replaceAll("/", "-")}`;
  const install = optional ? ["ci"] : ["install", "--no-save", "--omit=optional"];
  return step({ name, inputs, marks, outputs }, () =>
    progress(`installing the npm packages of ${folder}`, () =>
      logged(name, ["npm", ...install, ...(scripts ? [] : ["--ignore-scripts"]), "--prefix", folder]),
    ),
  );
}

export function npmPackages() {
  const inputs = ["package-lock.json"];
  const marks = [process.version, process.platform, process.arch];
  const outputs = ["node_modules/.package-lock.json"];
  return step({ name: "npm", inputs, marks, outputs }, () =>
    // Binaries come in packages of their own here, so no package needs its install script.
    progress("installing npm packages", () => logged("npm", ["npm", "ci", "--ignore-scripts"])),
  );
}
