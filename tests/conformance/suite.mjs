// Plays scenarios of the official suite, one by one, and holds what succeeded to what is expected.
//
// Each scenario runs alone, because only then the suite looks at warnings, at exit codes and at the time. And the checks
// that succeeded are counted by name: a scenario in which nothing happens passes, too.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const here = import.meta.dirname;
const program = join(here, "node_modules/@modelcontextprotocol/conformance/dist/index.js");
/** The suite needs Node 22. */
const [major] = process.versions.node.split(".").map(Number);
const node = major >= 22 ? process.execPath : join(here, "node_modules/.bin/node");

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const write = process.argv.includes("--write");

if (!existsSync(program)) {
  console.error("The suite is not installed: npm ci --prefix tests/conformance");
  process.exit(3);
}

/**
 * `side` is "client" or "server", `expected(revision)` the file of what has to succeed, `argv(scenario, revision)` how the
 * suite is called, `others(revision)` scenarios that are in no set of requirements, `without` beginnings of names that are left out. Resolves to whether all passed.
 */
export async function suite({ side, revisions, expected: fileOf, argv, others = () => [], without = [] }) {
  let passed = 0;
  let failed = 0;
  for (const revision of revisions) {
    const file = fileOf(revision);
    const expected = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
    const play = (scenario) => played(scenario, argv(scenario, revision), expected);
    for (const scenario of await scenariosOf(side, revision, others(revision))) {
      if (without.some((begin) => scenario.startsWith(begin))) continue;
      let { succeeded, problems } = await play(scenario);
      if (problems.length > 0 && !write) {
        // The suite counts milliseconds, on whatever machine: what fails twice is wrong.
        console.log(`again   ${revision}  ${scenario}: ${problems.join("; ")}`);
        ({ succeeded, problems } = await play(scenario));
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

/** A revision's scenarios, those that are not scored too. */
async function scenariosOf(side, revision, others) {
  const { said } = await run(node, [program, "list", "--requirements", revision]);
  let current;
  const found = [...others];
  for (const line of said.split("\n")) {
    const [, heading] = /^(Server|Client) scenarios/.exec(line) ?? [];
    const [, name, marked] = /^\s+- (\S+)(?: \[(\w+)\])?$/.exec(line) ?? [];
    if (heading) current = heading.toLowerCase();
    else if (line.startsWith("Run and reported")) current = undefined;
    else if (name && (marked ?? current) === side) found.push(name);
  }
  return found.filter((name) => names.length === 0 || names.some((begin) => name.startsWith(begin)));
}

async function played(scenario, argv, expected) {
  const folder = mkdtempSync(join(tmpdir(), "troupe-conformance-"));
  try {
    // Extensions belong to no revision, and are played in each.
    const { status, said } = await run(node, [program, ...argv, "--force", "-o", folder]);
    const [result] = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith("checks.json"));
    const checks = result ? JSON.parse(readFileSync(join(folder, result), "utf8")) : [];
    const bad = checks.filter((check) => check.status === "FAILURE" || check.status === "WARNING");
    const problems = bad.map((check) => `${check.id}: ${check.errorMessage ?? check.description}`);
    if (status !== 0 && problems.length === 0) problems.push(`exit code ${status}: ${said.slice(-400)}`);
    const succeeded = [
      ...new Set(checks.filter((check) => check.status === "SUCCESS").map((check) => check.id)),
    ].sort();
    if (!write) problems.push(...differences(expected[scenario] ?? [], succeeded));
    return { succeeded, problems };
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

function run(command, argv) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, said }));
  });
}
