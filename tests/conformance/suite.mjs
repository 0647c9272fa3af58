// Plays scenarios of the official suite and holds what succeeded to what is expected.
//
// Each scenario is a run of the suite of its own, because only then it looks at warnings, at exit codes and at the time. And
// the checks that succeeded are counted by name: a scenario in which nothing happens passes, too.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
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
 * suite is called, `others(revision)` scenarios that are in no set of requirements, `without` beginnings of names that are
 * left out, `atOnce` how many are played at a time. Resolves to whether all passed.
 */
export async function suite({
  side,
  revisions,
  expected: fileOf,
  argv,
  others = () => [],
  without = [],
  atOnce = availableParallelism(),
}) {
  let passed = 0;
  let failed = 0;
  for (const revision of revisions) {
    const file = fileOf(revision);
    const expected = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
    const play = (scenario) => played(scenario, argv(scenario, revision), expected);
    const tell = (scenario, { succeeded, problems }) => {
      if (write) expected[scenario] = succeeded;
      if (succeeded.length === 0) problems.push("no check succeeded");
      console.log(`${problems.length === 0 ? "ok    " : "FAILED"}  ${revision}  ${scenario}`);
      for (const problem of problems) console.log(`          ${problem}`);
      if (problems.length === 0) passed++;
      else failed++;
    };
    const waiting = (await scenariosOf(side, revision, others(revision))).filter(
      (scenario) => !without.some((begin) => scenario.startsWith(begin)),
    );
    const again = [];
    const player = async () => {
      for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
        const result = await play(scenario);
        if (result.problems.length === 0 || write) tell(scenario, result);
        else again.push([scenario, result.problems]);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, player));
    // The suite counts milliseconds, on whatever machine: what fails twice, the second time alone, is wrong.
    for (const [scenario, problems] of again) {
      console.log(`again   ${revision}  ${scenario}: ${problems.join("; ")}`);
      tell(scenario, await play(scenario));
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
