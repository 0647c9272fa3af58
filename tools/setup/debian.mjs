// The programs that a command needs. On Debian they are installed; elsewhere a sentence names what is missing.

import { logged, onPath, printed } from "./command.mjs";
import { progress, Trouble } from "./say.mjs";

const building = ["cmake", "ninja-build", "nlohmann-json3-dev", "doctest-dev"];

/** Debian's packages, by what they are for. */
export const packages = {
  wasm: building,
  root: ["mmdebstrap", "bubblewrap"],
  emscripten: ["emscripten"],
  native: [
    ...building,
    ...["clang-19", "lld-19", "llvm-19", "libc++-19-dev", "libc++abi-19-dev", "libclang-rt-19-dev"],
  ],
  lint: ["clang-format-19", "clang-tidy-19"],
  browser: ["chromium"],
};

/** What these packages bring, for systems that have no Debian packages. */
const programs = {
  cmake: "cmake",
  "ninja-build": "ninja",
  "clang-19": "clang++-19",
  "lld-19": "ld.lld-19",
  "clang-format-19": "clang-format-19",
  "clang-tidy-19": "clang-tidy-19",
  chromium: "chromium",
  mmdebstrap: "mmdebstrap",
  bubblewrap: "bwrap",
};

export async function need(...purposes) {
  const wanted = [...new Set(purposes.flatMap((purpose) => packages[purpose]))];
  if (!onPath("dpkg-query")) return needPrograms(wanted);

  const installed = await printed([
    "sh",
    "-c",
    `dpkg-query -W -f '\${Package} \${Status}\\n' ${wanted.join(" ")} || true`,
  ]);
  const missing = wanted.filter((name) => !installed.includes(`${name} install ok installed\n`));
  if (missing.length === 0) return;
  const command = `apt-get install --no-install-recommends ${missing.join(" ")}`;
  if (process.getuid() !== 0) {
    throw new Trouble(`These Debian packages are missing. Install them with:\n\n  sudo ${command}\n`, 3);
  }
  await progress(`installing Debian packages: ${missing.join(", ")}`, async () => {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await logged("apt", ["apt-get", "update"], { env });
    await logged("apt", ["sh", "-c", command.replace("install", "install --yes")], { env, append: true });
  });
}

function needPrograms(wanted) {
  const missing = wanted.map((name) => programs[name]).filter((program) => program && !onPath(program));
  if (missing.length === 0) return;
  throw new Trouble(
    `These programs are missing on the PATH: ${missing.join(", ")}. Install them and try again.`,
    3,
  );
}
