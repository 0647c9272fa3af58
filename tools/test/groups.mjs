// The groups of tests: what each is about, what it needs, how it runs. `run` resolves to an exit code. What only computes
// runs aside: the others mostly wait.

import { shown } from "../setup/command.mjs";
import { filesIn } from "../setup/step.mjs";
import { Trouble } from "../setup/say.mjs";
import { fuzz } from "./fuzz.mjs";
import { lint } from "../lint/lint.mjs";

/** All tests/<folder>/*.test.mjs in Node's test runner. Node 20 does not expand patterns, so the files are named. */
function nodeTests(folder) {
  const files = filesIn([`tests/${folder}`], /\.test\.mjs$/);
  if (files.length === 0) throw new Trouble(`There is no tests/${folder}/*.test.mjs, so nothing was tested.`);
  return shown(["node", "--test", "--test-reporter=spec", ...files]);
}

/** One host after the other: two browsers' worth of scenarios at once would be late on a small machine. */
async function conformance() {
  let failed = 0;
  for (const place of ["node", "workerd", "chromium"]) {
    console.log(`the client in ${place}:`);
    failed += (await shown(["node", "tests/conformance/run.mjs", `--in=${place}`])) === 0 ? 0 : 1;
  }
  console.log("the server:");
  failed += (await shown(["node", "tests/conformance/serve.mjs"])) === 0 ? 0 : 1;
  return failed === 0 ? 0 : 1;
}

const doctest = "tests/native/troupe_tests";

export const groups = {
  native: {
    title: "the core, with address and undefined-behaviour sanitizers",
    needs: ["nativeDebug"],
    run: () => shown([`build/native-debug/${doctest}`]),
  },
  wasm: {
    title: "the same tests as .wasm in Node",
    needs: ["wasmTests"],
    run: () => shown(["node", `build/wasm-release/${doctest}.cjs`]),
  },
  parity: {
    title: "every recorded case natively and as .wasm, byte for byte",
    needs: ["nativeDebug", "wasmTests", "package"],
    run: () => nodeTests("parity"),
  },
  fuzz: {
    title: "a fixed number of random inputs for everything that parses",
    needs: ["nativeDebug"],
    aside: true,
    run: fuzz,
  },
  package: {
    title: "the npm package in Node",
    needs: ["package"],
    run: () => nodeTests("package"),
  },
  cli: {
    title: "the command line, interrupted and killed too",
    needs: ["package"],
    run: () => nodeTests("cli"),
  },
  edge: {
    title: "the worker in workerd",
    needs: ["edge"],
    run: () => nodeTests("edge"),
  },
  browser: {
    title: "the page in Chromium",
    needs: ["chromium", "edge", "web"],
    run: () => nodeTests("browser"),
  },
  hop: {
    title: "one run handed from native to Node, Chromium and workerd",
    needs: ["nativeDebug", "chromium", "edge", "web"],
    run: () => nodeTests("hop"),
  },
  conformance: {
    title: "the official suite of MCP: our client in Node, workerd and Chromium, and our server",
    needs: ["conformance", "chromium", "edge"],
    run: conformance,
  },
  dbhub: {
    title: "a database behind MCP in both generations, over stdio and HTTP",
    needs: ["package", "conformance", "dbhub"],
    run: () => nodeTests("dbhub"),
  },
  runtimes: {
    title: "the npm package in Deno and Bun",
    needs: ["package", "runtimes"],
    run: () => nodeTests("runtimes"),
  },
  models: {
    title: "models in a real Chromium and in Node: wllama, node-llama-cpp",
    needs: ["package", "chromium", "models"],
    run: () => nodeTests("models"),
  },
  providers: {
    title: "what the vendors' own clients send, against what the codecs are held to; which vendor can what",
    needs: ["providers", "nativeDebug"],
    run: () => nodeTests("providers"),
  },
  lint: {
    title: "layers, sizes, format, clang-tidy, types",
    needs: ["npm", "lint", "nativeDebug", "package"],
    aside: true,
    run: lint,
  },
};
