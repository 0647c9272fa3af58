// Emscripten: the `emcc` on the PATH when it is new enough; else, as root on Debian 13, its package; else the one of
// Debian 13 in a private root under .toolchain.

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";

import { at, logged, onPath, printed, repo } from "./command.mjs";
import { need } from "./debian.mjs";
import { progress, Trouble } from "./say.mjs";

const oldest = [3, 1, 69];
const root = ".toolchain/root";
const included = "emscripten,cmake,ninja-build,nlohmann-json3-dev,doctest-dev";
const libraries = "/usr/share/emscripten/cache/sysroot/lib/wasm32-emscripten";
// Not needed: what is for reading, and libraries for threads, wasm workers and dynamic linking.
const leftOut = ["doc", "man", "locale", "emscripten/docs"]
  .map((folder) => `/usr/share/${folder}/*`)
  .concat(["*-mt*", "*-ww*", "*pic/*"].map((name) => `${libraries}/${name}`));

/** Names the toolchain, which builds depend on, without starting it where there is one already. */
export async function toolchainMark() {
  if (!onPath("emcc") && !existsSync(at(root))) await toolchain();
  const emcc = onPath("emcc");
  return emcc ? `${emcc} ${statSync(emcc).mtimeMs}` : `${at(root)} ${included}`;
}

/** Makes sure that there is an Emscripten, and returns how to run a command with it: `(argv) => argv`. */
export async function toolchain() {
  const emscripten = (await onThisMachine()) ?? (await fromDebian());
  if (emscripten) return (argv) => ["env", `EMSCRIPTEN_ROOT=${emscripten}`, ...argv];
  if (process.platform !== "linux") {
    throw new Trouble(
      `Emscripten ${oldest.join(".")} or newer is needed: install emsdk and put its emcc on the PATH.`,
      3,
    );
  }
  await privateRoot();
  return inPrivateRoot;
}

async function onThisMachine() {
  if (!onPath("emcc")) return undefined;
  const version = (await printed(["emcc", "--version"])).match(/(\d+)\.(\d+)\.(\d+)/);
  if (!version || !newEnough(version.slice(1).map(Number))) return undefined;
  return (await printed(["em-config", "EMSCRIPTEN_ROOT"])).trim();
}

/** Debian 13 is the first Debian whose own Emscripten is new enough. */
async function fromDebian() {
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  const version = /^ID=debian$/m.test(release) && release.match(/^VERSION_ID="(\d+)"$/m)?.[1];
  if (process.getuid() !== 0 || !(Number(version) >= 13)) return undefined;
  await need("emscripten");
  return onThisMachine();
}

function newEnough(version) {
  const differing = version.findIndex((number, i) => number !== oldest[i]);
  return differing < 0 || version[differing] > oldest[differing];
}

async function privateRoot() {
  await need("root");
  const list = at(".toolchain/included");
  if (!existsSync(at(root)) || !existsSync(list) || readFileSync(list, "utf8") !== included) {
    await progress(
      "making a private Debian 13 with Emscripten (a few minutes, 1.1 GB in .toolchain)",
      makeRoot,
    );
    writeFileSync(list, included);
  }
  try {
    await logged("toolchain-entered", inPrivateRoot(["emcc", "--version"]));
  } catch (error) {
    throw new Trouble(
      "The private Debian 13 cannot be entered, perhaps because bubblewrap may make no namespace here. Run this as " +
        `root, allow user namespaces, or put an emcc of version ${oldest.join(".")} or newer on the PATH.\n\n` +
        error.message,
      3,
    );
  }
}

async function makeRoot() {
  const unfinished = at(`${root}.unfinished`);
  mkdirSync(at(".toolchain"), { recursive: true });
  for (const folder of [unfinished, at(root)]) rmSync(folder, { recursive: true, force: true });
  const excluded = leftOut.map((path) => `--dpkgopt=path-exclude=${path}`);
  const options = ["--variant=apt", `--include=${included}`, `--mode=${await mode()}`, ...excluded];
  await logged("toolchain", ["mmdebstrap", ...options, "trixie", unfinished]);
  renameSync(unfinished, at(root));
}

async function mode() {
  if (process.getuid() === 0) return "root";
  const { username } = userInfo();
  const ids = existsSync("/etc/subuid") ? readFileSync("/etc/subuid", "utf8") : "";
  if (onPath("newuidmap") && ids.split("\n").some((line) => line.startsWith(`${username}:`)))
    return "unshare";
  throw new Trouble(
    "The private Debian 13 can be made by root, or by a user with subordinate ids: install the package uidmap and add " +
      `${username} to /etc/subuid and /etc/subgid. Or put an emcc of version ${oldest.join(".")} or newer on the PATH.`,
    3,
  );
}

/** Only /usr and /etc of the private root are seen, read-only, and the repository in its usual place. */
function inPrivateRoot(argv) {
  const links = ["bin", "lib", "lib64"].flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]);
  const variables = Object.entries({
    PATH: "/usr/bin:/bin",
    HOME: "/tmp",
    EMSCRIPTEN_ROOT: "/usr/share/emscripten",
  });
  return [
    "bwrap",
    ...["--ro-bind", at(root, "usr"), "/usr", "--ro-bind", at(root, "etc"), "/etc", ...links],
    ...["--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--bind", repo, repo, "--chdir", repo],
    ...["--die-with-parent", "--clearenv", ...variables.flatMap((variable) => ["--setenv", ...variable])],
    ...argv,
  ];
}
