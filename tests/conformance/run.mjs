// `node tests/conformance/run.mjs auth` plays the client's scenarios of the official suite whose names begin with "auth",
// one by one, and compares what succeeded with expected/<revision>.json. `--write` writes down what succeeds; `--in=workerd`
// and `--in=chromium` play them there and not in Node.
//
// Each scenario runs alone, because only then the suite looks at warnings, at exit codes and at the time. And the checks
// that succeeded are counted by name: a scenario in which nothing happens passes, too.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const here = import.meta.dirname;
const suite = join(here, "node_modules/@modelcontextprotocol/conformance/dist/index.js");
/** The suite needs Node 22. */
const [major] = process.versions.node.split(".").map(Number);
const node = major >= 22 ? process.execPath : join(here, "node_modules/.bin/node");
const revisions = ["2025-03-26", "2025-11-25", "2026-07-28"];
/** What servers did before there was metadata of resources; in no set of requirements, but there are such servers. */
const older = ["auth/2025-03-26-oauth-metadata-backcompat", "auth/2025-03-26-oauth-endpoint-fallback"];

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const write = process.argv.includes("--write");
const place = process.argv.find((argument) => argument.startsWith("--in="))?.slice(5) ?? "node";

if (!existsSync(suite)) {
  console.error("The suite is not installed: npm ci --prefix tests/conformance");
  process.exit(3);
}
const { start } = place === "node" ? {} : await import(`./hosts/${place}.mjs`);
const host = await start?.();
if (host) process.env.TROUPE_CONFORMANCE_HOST = host.url;
process.exitCode = (await all()) ? 0 : 1;
await host?.close();

async function all() {
  let passed = 0;
  let failed = 0;
  for (const revision of revisions) {
    const file = join(here, "expected", `${revision}.json`);
    const expected = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
    for (const scenario of await scenariosOf(revision)) {
      let { succeeded, problems } = await played(scenario, revision, expected);
      if (problems.length > 0 && !write) {
        // The suite counts milliseconds, on whatever machine: what fails twice is wrong.
        console.log(`again   ${revision}  ${scenario}: ${problems.join("; ")}`);
        ({ succeeded, problems } = await played(scenario, revision, expected));
      }
      if (write) expected[scenario] = succeeded;
      if (succeeded.length === 0) problems.push("no check succeeded");
      console.log(`${problems.length === 0 ? "ok    " : "FAILED"}  ${revision}  ${scenario}`);
      for (const problem of problems) console.log(`          ${problem}`);
      if (problems.length === 0) passed++;
      else failed++;
    }
    if (write) writeFileSync(file, `${JSON.stringify(expected, null, 2)}\n`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}

/** Plays it, and holds it to what is expected. */
async function played(scenario, revision, expected) {
  const { succeeded, problems } = await play(scenario, revision);
  if (!write) problems.push(...differences(expected[scenario] ?? [], succeeded));
  return { succeeded, problems };
}

/** The client's scenarios of a revision, those that are not scored too. */
async function scenariosOf(revision) {
  const all = revision === "2025-03-26" ? older : await required(revision);
  return all.filter((name) => names.length === 0 || names.some((begin) => name.startsWith(begin)));
}

async function required(revision) {
  const { said } = await run(node, [suite, "list", "--requirements", revision]);
  const [, clients = ""] = said.split(/^Client scenarios.*$/m);
  return [...clients.matchAll(/^\s+- (\S+)(?: \[(\w+)\])?$/gm)]
    .filter(([, , side = "client"]) => side === "client")
    .map(([, name]) => name);
}

async function play(scenario, revision) {
  const folder = mkdtempSync(join(tmpdir(), "troupe-conformance-"));
  try {
    const command = `"${process.execPath}" "${join(here, "client.mjs")}"`;
    const chosen = ["--scenario", scenario, "--spec-version", revision];
    // Extensions belong to no revision, and are played in each.
    const argv = [suite, "client", "--command", command, ...chosen, "--force", "-o", folder];
    const { status, said } = await run(node, argv);
    const [result] = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith("checks.json"));
    const checks = result ? JSON.parse(readFileSync(join(folder, result), "utf8")) : [];
    const bad = checks.filter((check) => check.status === "FAILURE" || check.status === "WARNING");
    const problems = bad.map((check) => `${check.id}: ${check.errorMessage ?? check.description}`);
    if (status !== 0 && problems.length === 0) problems.push(`exit code ${status}: ${said.slice(-400)}`);
    const succeeded = checks.filter((check) => check.status === "SUCCESS").map((check) => check.id);
    return { succeeded: [...new Set(succeeded)].sort(), problems };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function differences(expected, succeeded) {
  const missing = expected.filter((id) => !succeeded.includes(id)).map((id) => `${id} did not succeed`);
  const fresh = succeeded
    .filter((id) => !expected.includes(id))
    .map((id) => `${id} succeeded, and is not expected`);
  return [...missing, ...fresh];
}

function run(program, argv, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, said }));
  });
}
