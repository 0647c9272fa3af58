// What this machine has: Node, and in the repository the compilers.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Finding {
  what: string;
  ok: boolean;
  said: string;
  /** What to do about it. */
  remedy?: string;
}

const OLDEST_NODE = [20, 12] as const;

export function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const found = { what: "node", ok, said: process.versions.node };
  return ok ? found : { ...found, remedy: `troupe needs Node ${OLDEST_NODE.join(".")} or newer.` };
}

/** The repository that this program was built in; an installed package has none, and needs no toolchain. */
export function repository(): string | undefined {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "core/engine")) && existsSync(join(folder, "tools/setup.mjs"))) return folder;
  }
  return undefined;
}

function versionOf(program: string): string | undefined {
  try {
    const said = execFileSync(program, ["--version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return /\d+\.\d+\.\d+/.exec(said)?.[0];
  } catch {
    return undefined;
  }
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return major > 3 || (major === 3 && (minor > 1 || (minor === 1 && patch >= 69)));
}

export function toolchain(): Finding[] {
  const root = repository();
  if (root === undefined) return [];
  const own = versionOf("emcc");
  const inside = existsSync(join(root, ".toolchain/root/usr/bin/emcc"));
  const usable = own !== undefined && isNewEnough(own);
  const said = usable
    ? `Emscripten ${own}`
    : inside
      ? "Emscripten, private in .toolchain"
      : `none${own ? ` (Emscripten ${own} is too old)` : ""}`;
  const wasm: Finding = { what: "toolchain", ok: usable || inside, said, remedy: "npm run setup makes one." };
  const clang = versionOf("clang++-19");
  const native = {
    what: "clang 19",
    ok: clang !== undefined,
    said: clang ?? "none",
    remedy: "It builds the native tests: npm run setup installs it.",
  };
  return [wasm, native];
}
