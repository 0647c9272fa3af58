// `node tests/conformance/serve.mjs` plays the suite's server scenarios against our server's stack with the suite's
// fixtures, and compares what succeeded with expected/server-<revision>.json. `--write` writes down what succeeds.
import { join } from "node:path";
import { serveHttp } from "../../wasm/dist/serve/node.js";
import { fixtures } from "./fixtures.mjs";
import { suite } from "./suite.mjs";

const { url, notify, close } = await serveHttp((context) =>
  fixtures({ ...context, changed: (what) => notify[what]() }),
);
const passed = await suite({
  side: "server",
  revisions: ["2025-11-25", "2026-07-28"],
  expected: (revision) => join(import.meta.dirname, "expected", `server-${revision}.json`),
  // An extension that is not scored, and that our server does not offer: its runs are in their journals.
  without: ["tasks-"],
  // All of them use one server, and some change it.
  atOnce: 1,
  argv: (scenario, revision) => ["server", "--url", url, "--scenario", scenario, "--spec-version", revision],
});
await close();
process.exitCode = passed ? 0 : 1;
