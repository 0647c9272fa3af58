import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { temporaryFolder } from "./support/folder.mjs";

const repo = join(import.meta.dirname, "../..");
const modules = join(repo, "node_modules");

const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

let tarball;
let files;
let place;

before(async () => {
  place = await mkdtemp(join(tmpdir(), "troupe-packed-"));
  const said = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", place], join(repo, "wasm")));
  const [packed] = Object.values(said);
  tarball = join(place, packed.filename);
  files = packed.files.map(({ path }) => path);
});

after(() => rm(place, { recursive: true, force: true }));

/** A folder with the package unpacked where npm puts it, and what else `names` says. */
async function consumer(t, ...names) {
  const folder = await temporaryFolder(t);
  const target = join(folder, "node_modules/troupe");
  await mkdir(target, { recursive: true });
  run("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"], folder);
  // Of the registry's packages the ones that are here will do.
  const { dependencies } = JSON.parse(await readFile(join(target, "package.json"), "utf8"));
  for (const name of [...Object.keys(dependencies), ...names]) {
    await mkdir(dirname(join(folder, "node_modules", name)), { recursive: true });
    await symlink(join(modules, name), join(folder, "node_modules", name));
  }
  await writeFile(join(folder, "package.json"), '{"private":true,"type":"module"}');
  return { folder, target };
}

/** What the compiler has against some files, under the strictest settings that a consumer may have. */
async function typeErrors(folder, options = {}) {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    skipLibCheck: false,
    module: "NodeNext",
    moduleResolution: "NodeNext",
    target: "ES2022",
    types: ["node"],
    noEmit: true,
    ...options,
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  try {
    run(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", folder], folder);
    return "";
  } catch (error) {
    return error.stdout;
  }
}

test("the tarball holds what is needed and nothing else", async (t) => {
  const { target } = await consumer(t);
  for (const file of [
    "README.md",
    "LICENSE",
    "dist/node.js",
    "dist/node.d.ts",
    "dist/core/troupe.wasm",
    "dist/cli/main.js",
  ]) {
    assert.ok(files.includes(file), file);
  }
  assert.deepEqual(
    files.filter((file) => !/^(dist\/|README\.md$|LICENSE$|package\.json$)/.test(file)),
    [],
  );
  assert.deepEqual(
    files.filter((file) => file.endsWith(".wasm")),
    ["dist/core/troupe.wasm"],
  );
  assert.equal(
    run(process.execPath, [join(target, "dist/cli/main.js"), "--version"], target).trim(),
    "0.1.0",
  );
});

test("publint finds nothing in it", async (t) => {
  const { target } = await consumer(t);
  const { publint } = await import("publint");
  const { messages } = await publint({ pkgDir: target, strict: true, pack: false });
  assert.deepEqual(messages, []);
});

test("installed in an empty folder it runs, and a file that is missing is said", async (t) => {
  const folder = await temporaryFolder(t);
  const target = join(folder, "node_modules/troupe");
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball], folder);
  await writeFile(
    join(folder, "main.mjs"),
    `import { createTroupe, tool } from "troupe";
     const add = tool({ name: "add", description: "Adds two numbers.", readOnly: true,
       input: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] },
       run: ({ a, b }) => a + b });
     const troupe = await createTroupe({ tools: [add] });
     console.log((await troupe.run("add 17 and 25")).answer);
     await troupe.dispose();
     const { readFileSync } = await import("node:fs");
     const wasm = readFileSync(new URL(import.meta.resolve("troupe/troupe.wasm")));
     console.log((await createTroupe({ wasm }).then((given) => given.run("add 1 and 1"))).answer);`,
  );
  assert.match(run(process.execPath, ["main.mjs"], folder), /42/);
  run("rm", [join(target, "dist/core/troupe.wasm")], folder);
  assert.throws(
    () => run(process.execPath, ["main.mjs"], folder),
    /dist\/core\/troupe\.wasm could not be loaded\. If your bundler .* as "wasm": the file is troupe\/troupe\.wasm\./,
  );
});

test("all entries export the same names", async (t) => {
  const { target } = await consumer(t);
  const names = async (entry) => Object.keys(await import(join(target, "dist", entry))).sort();
  const node = await names("node.js");
  assert.ok(node.includes("createTroupe") && node.includes("fileJournal") && node.includes("browserJournal"));
  assert.deepEqual(await names("browser.js"), node);
  const workerd = await readFile(join(target, "dist/workerd.js"), "utf8");
  const browser = await readFile(join(target, "dist/browser.js"), "utf8");
  const exported = (text) => text.match(/^export .*$/gm);
  assert.deepEqual(exported(workerd), exported(browser));
});

const program = `
import { createTroupe, tool, type Outcome, type RunEvent, type TroupeOptions } from "troupe";
import { z } from "zod";

const add = tool({
  name: "add",
  description: "Adds.",
  input: z.object({ a: z.number(), b: z.number().optional() }),
  run: ({ a, b }) => {
    const sum: number = a + (b ?? 0);
    return sum;
  },
});
const plain = tool({ name: "plain", description: "", run: async (_, { signal }) => signal.aborted });
const typed = tool<{ q: string }>({ name: "typed", description: "", input: { type: "object" }, run: ({ q }) => q });
const alike = tool({ name: "alike", description: "", input: { type: "object" }, run: ({ q }: { q: string }) => q });
const options: TroupeOptions = {
  providers: { a: { apiKey: () => "k", model: "m" }, b: { call: (r) => ({ text: r.text() }) }, c: { type: "offline" } },
  servers: { r: { url: "https://x.example/mcp", token: "t" }, l: { command: "x", args: [] } },
  tools: [add, plain, typed, alike, { name: "own", description: "", input: z.object({}), run: () => 1 }],
};
await using troupe = await createTroupe(options);
const run = troupe.run("x", { budget: { usd: 1 }, approve: ({ tool }) => tool === "add" });
for await (const event of run) {
  const each: RunEvent = event;
  if (event.type === "step" && event.kind === "tool") event.arguments satisfies Record<string, unknown> | undefined;
  if (event.type === "question" && event.subject === "budget") run.answer(event.id, { raise: { usd: event.spent } });
  void each;
}
const key: string | undefined = [""][1];
const signal = key === undefined ? undefined : AbortSignal.timeout(1);
await createTroupe({ providers: { a: { apiKey: key, model: key } }, journal: undefined, approve: undefined, limits: { runs: undefined } });
troupe.run("x", { signal, pattern: "evaluator-optimizer", budget: { usd: undefined }, tools: undefined, schema: undefined });
troupe.patterns.chain("x", { agents: [{ name: "a", instruction: key, pattern: { pattern: "evaluator-optimizer" } }] });
const { answer, stop, usage }: Outcome = await run;
console.log(answer.length, stop.reason === "done", usage.usd.toFixed(2));
`;

test("a strict consumer's types check, in Node and for browsers, and mistakes are found", async (t) => {
  const { folder } = await consumer(t, "@types/node", "undici-types", "zod", "typescript");
  await writeFile(join(folder, "main.ts"), program);
  assert.equal(await typeErrors(folder, { lib: ["ES2022", "ESNext.Disposable"] }), "");
  const web = {
    lib: ["ES2022", "DOM", "ESNext.Disposable"],
    types: [],
    module: "ESNext",
    moduleResolution: "Bundler",
  };
  assert.equal(await typeErrors(folder, web), "");
  await writeFile(
    join(folder, "main.ts"),
    program
      .replace("const sum: number", "const sum: string")
      .replace("usd: 1", "euro: 1")
      .replace("async (_, {", "async (_: { q: string }, {")
      .replace('=== "done"', '=== "finished"'),
  );
  const errors = await typeErrors(folder);
  assert.equal(errors.match(/^main\.ts/gm)?.length, 4, errors);
});

test("types need no newer library than ES2022", async (t) => {
  const { folder } = await consumer(t, "@types/node", "undici-types");
  await writeFile(join(folder, "main.ts"), 'import { createTroupe } from "troupe";\nvoid createTroupe;\n');
  assert.equal(await typeErrors(folder, { lib: ["ES2022"] }), "");
  assert.equal(await typeErrors(folder, { lib: ["ES2022", "DOM"], types: [] }), "");
});

test("every example of the documentation type checks", async (t) => {
  const { folder } = await consumer(t, "@types/node", "undici-types", "zod");
  let examples = 0;
  const sources = join(repo, "wasm/src");
  for (const file of await readdir(sources, { recursive: true })) {
    if (!file.endsWith(".ts") || file.startsWith("cli")) continue;
    const text = await readFile(join(sources, file), "utf8");
    for (const [, code] of text.matchAll(/^[ ]*\* ```ts\n([\s\S]*?)^[ ]*\* ```$/gm)) {
      await writeFile(join(folder, `example${++examples}.ts`), code.replace(/^[ ]*\* ?/gm, ""));
    }
  }
  assert.ok(examples >= 10, `${examples} examples`);
  assert.equal(await typeErrors(folder, { lib: ["ES2022", "ESNext.Disposable"], skipLibCheck: true }), "");
});
