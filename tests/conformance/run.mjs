// `node tests/conformance/run.mjs auth` plays the client's scenarios of the official suite whose names begin with "auth", and
// compares what succeeded with expected/<revision>.json. `--write` writes down what succeeds; `--in=workerd` and
// `--in=chromium` play them there and not in Node.
import { join } from "node:path";
import { suite } from "./suite.mjs";

const here = import.meta.dirname;
const place = process.argv.find((argument) => argument.startsWith("--in="))?.slice(5) ?? "node";
/** What servers did before there was metadata of resources; in no set of requirements, but there are such servers. */
const older = ["auth/2025-03-26-oauth-metadata-backcompat", "auth/2025-03-26-oauth-endpoint-fallback"];

const { start } = place === "node" ? {} : await import(`./hosts/${place}.mjs`);
const host = await start?.();
if (host) process.env.TROUPE_CONFORMANCE_HOST = host.url;
const command = `"${process.execPath}" "${join(here, "client.mjs")}"`;
const passed = await suite({
  side: "client",
  revisions: ["2025-03-26", "2025-11-25", "2026-07-28"],
  expected: (revision) => join(here, "expected", `${revision}.json`),
  argv: (scenario, revision) => [
    "client",
    "--command",
    command,
    "--scenario",
    scenario,
    "--spec-version",
    revision,
  ],
  others: (revision) => (revision === "2025-03-26" ? older : []),
});
await host?.close();
process.exitCode = passed ? 0 : 1;
