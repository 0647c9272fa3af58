// TypeScript finds nothing in any package that has a tsconfig.json.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import { at, repo } from "../setup/command.mjs";

export function typesLint() {
  return ["wasm", "edge", "web"]
    .filter((folder) => existsSync(at(folder, "tsconfig.json")))
    .flatMap((folder) => {
      const args = ["node_modules/typescript/bin/tsc", "-p", folder, "--noEmit", "--pretty", "false"];
      const { status, stdout, stderr } = spawnSync("node", args, { cwd: repo, encoding: "utf8" });
      return status === 0 ? [] : `${stdout}${stderr}`.trim().split("\n");
    });
}
