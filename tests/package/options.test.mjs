// Options that do not fit: refused by name, because a guard that is ignored is none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTroupe, tool } from "troupe";
import { createServer } from "troupe/server";
import { calls, says, scripted } from "./support/models.mjs";

const refused = (options) =>
  createTroupe(options).then(
    () => "accepted",
    ({ code, message }) => `${code}: ${message}`,
  );

test("options of an engine that are misspelt or misplaced are refused, and what there is is named", async () => {
  assert.match(
    await refused({ provider: {} }),
    /^invalid_input: createTroupe has no "provider"\. There are: providers, /,
  );
  assert.equal(
    await refused({ approvals: "ask" }),
    'invalid_input: "approvals" is an option of a run: troupe.run(task, { approvals }).',
  );
  assert.match(
    await refused({ providers: { a: { type: "openai", url: "http://x.example", modle: "m" } } }),
    /The provider "a" has no "modle"\. There are: type, url, /,
  );
  assert.match(await refused({ servers: { s: { uri: "http://x.example" } } }), /The server "s" has no "uri"/);
  assert.match(await refused({ limits: { walks: 1 } }), /The option "limits" has no "walks"/);
  assert.match(
    await refused({ limits: { tools: { t: { concurent: 1 } } } }),
    /The limits of the tool "t" has no "concurent"/,
  );
  assert.match(await refused({ tenants: { a: { budgets: {} } } }), /The tenant "a" has no "budgets"/);
});

test("options of a run that are misspelt are refused before anything is done", async (t) => {
  const deleted = [];
  const remove = tool({ name: "remove", description: "", destructive: true, run: () => deleted.push(1) });
  const { call } = scripted(calls("remove"), says("done"));
  const troupe = await createTroupe({ providers: { fake: { call } }, tools: [remove], approve: () => true });
  t.after(() => troupe.dispose());
  const said = async (options) => {
    try {
      await troupe.run("Remove it.", options);
      return "accepted";
    } catch (error) {
      assert.equal(error.code, "invalid_input");
      return error.message;
    }
  };
  assert.match(await said({ aprovals: "deny" }), /A run has no "aprovals"\. There are: model, pattern, /);
  assert.match(await said({ approvals: { defaults: "deny" } }), /The option "approvals" has no "defaults"/);
  assert.match(await said({ approvals: { tool: { remove: "deny" } } }), /has no "tool"/);
  assert.match(await said({ approvals: [] }), /The option "approvals" must be an object/);
  assert.match(await said({ budget: 0.01 }), /A budget must be an object/);
  assert.match(await said({ budget: { usd: Number.NaN } }), /It takes dollars, from 0 to 9 million/);
  assert.match(
    await said({ budget: { dollars: 1 } }),
    /A budget has no "dollars"\. There are: usd, tokens, calls, ms/,
  );
  assert.match(await said({ limits: { turn: 1 } }), /The option "limits" has no "turn"/);
  assert.match(await said({ confirm: { risk: ["writes"] } }), /The option "confirm" has no "risk"/);
  assert.match(await said({ confirm: "always" }), /The option "confirm" must be an object/);
  assert.deepEqual(deleted, []);
});

test("options of a fork and of a resume are refused as a run's are, and so is what is no journal", async (t) => {
  const troupe = await createTroupe();
  t.after(() => troupe.dispose());
  const run = troupe.run("add 17 and 25");
  await run;
  const journal = run.journal();
  const said = (begin) =>
    begin().then(
      () => "accepted",
      ({ code, message }) => `${code}: ${message}`,
    );
  assert.match(
    await said(() => troupe.fork(journal, { at: "0.1", aprovals: "deny" })),
    /The fork has no "aprovals"/,
  );
  assert.match(
    await said(() => troupe.fork(journal, {})),
    /"at", the step .* must be a text, and is undefined/,
  );
  assert.match(await said(() => troupe.fork(journal, { at: 0.1 })), /must be a text, and is number/);
  assert.match(
    await said(() => troupe.resume(journal, { aprove: () => true })),
    /The resume has no "aprove"/,
  );
  assert.match(await said(() => troupe.run("x", { approve: true })), /needs a function as "approve"/);
  assert.match(await said(() => troupe.run("x", { signal: {} })), /needs the signal of an AbortController/);
  for (const begin of [troupe.resume, troupe.replay, troupe.run])
    assert.match(await said(() => begin.call(troupe, undefined)), /must be a text, and is undefined/);
  assert.throws(() => troupe.verify(undefined), /must be a text, and is undefined/);
  await assert.rejects(
    async () => troupe.fork(journal, { at: "" }),
    /The journal has no step ""\. Its steps: /,
  );
});

test("a pattern may be written as people write it", async (t) => {
  const troupe = await createTroupe();
  t.after(() => troupe.dispose());
  const { pattern } = await troupe.run("add 17 and 25", { pattern: "evaluator-optimizer" });
  assert.equal(pattern, "evaluator_optimizer");
});

test("a tool whose hint is misspelt is refused, made by tool() or not", async () => {
  const run = () => "looked";
  assert.throws(
    () => tool({ name: "look", description: "Looks.", readonly: true, run }),
    /The tool "look" has no "readonly"\. There are: name, description, input, /,
  );
  const plain = { name: "look", description: "Looks.", input: { type: "object" }, run };
  assert.match(
    await refused({ tools: [{ ...plain, destructiv: true }] }),
    /The tool "look" has no "destructiv"/,
  );
  assert.match(
    await refused({ tools: [{ ...plain, run: "look" }] }),
    /The tool "look" needs a function "run" that does it\./,
  );
  assert.match(await refused({ tools: [undefined] }), /"undefined" is no name for a tool/);
  assert.equal(await refused({ tools: [plain] }), "accepted");
});

test("agents and settings that are misspelt are refused, in nested patterns too", async (t) => {
  const troupe = await createTroupe();
  t.after(() => troupe.dispose());
  const refusal = (options) => troupe.run("t", options).catch(({ message }) => message);
  const inner = (agents) => [{ name: "team", pattern: { pattern: "evaluator-optimizer", agents } }];
  assert.match(
    await refusal({ pattern: "chain", agents: [{ name: "a", instructions: "Be brief." }] }),
    /The agent "a" has no "instructions"\. There are: name, instruction, /,
  );
  assert.match(
    await refusal({ pattern: "chain", agents: inner([{ name: "b", tool: [] }]) }),
    /The agent "b" has no "tool"/,
  );
  assert.match(await refusal({ settings: { vote: 3 } }), /The option "settings" has no "vote"/);
  assert.match(await refusal({ agents: [{ instruction: "x", turn: 1 }] }), /An agent has no "turn"/);
  const { stop } = await troupe.run("add 17 and 25", { pattern: "chain", agents: inner([{ name: "b" }]) });
  assert.equal(stop.reason, "done");
});

test("what is no journal store is refused, and a name becomes an example", async () => {
  assert.equal(
    await refused({ journal: "runs" }),
    'invalid_input: createTroupe needs a journal store as "journal", such as fileJournal("runs") or memoryJournal(). ' +
      "What was given has no open, append, close, read, list.",
  );
  assert.match(
    await refused({ journal: { open() {}, append() {}, close() {} } }),
    /What was given has no read, list\./,
  );
});

test("names, seeds and results that are none are refused before anything begins", async (t) => {
  const troupe = await createTroupe();
  t.after(() => troupe.dispose());
  const run = troupe.run("add 17 and 25", { id: "named" });
  await run;
  await assert.rejects(
    async () => troupe.run("t", { id: 5 }),
    /The "id" of a run must be a text, and is number/,
  );
  await assert.rejects(async () => troupe.run("t", { id: "" }), /The "id" of a run is empty\. Leave it out/);
  await assert.rejects(
    async () => troupe.run("t", { seed: "xyz" }),
    /A "seed" is 16 digits from 0 to f, and not "xyz"/,
  );
  await assert.rejects(async () => troupe.run("t", null), /A run must be an object of options/);
  for (const result of [10n, () => 1, Symbol("x"), new Map()])
    await assert.rejects(
      async () => troupe.fork(run.journal(), { at: "0.0", result }),
      /The fork's "result" cannot be written as JSON/,
    );
  await assert.rejects(
    async () => troupe.fork("named", { at: "0.0" }),
    /What begins with "named" is no journal/,
  );
  await assert.rejects(async () => troupe.replay("named"), /What begins with "named" is no journal/);
  assert.throws(() => troupe.feedback({ task: "t", patern: "direct" }, 1), /The feedback has no "patern"/);
  assert.throws(() => troupe.feedback(troupe.run("t"), 1), /The run has not begun: there is nothing to rate/);
});

test("a server and a provider that are none are refused, and rights that are misspelt", async () => {
  assert.match(
    await refused({ servers: { a: "http://x" } }),
    /The server "a" must be an object, such as { url }/,
  );
  assert.match(await refused({ servers: { a: undefined } }), /The server "a" must be an object/);
  assert.match(
    await refused({ providers: { a: { call: "x" } } }),
    /The provider "a" needs a function as "call"/,
  );
  assert.match(await refused({ tools: {} }), /The option "tools" must be a list of tools/);
  assert.match(await refused(null), /createTroupe must be an object of options/);
  const url = "https://x.example/mcp";
  assert.match(
    await refused({ servers: { a: { url, asks: { elicitations: false } } } }),
    /The server "a": its "asks" has no "elicitations"\. There are: elicitation, sampling, roots/,
  );
  assert.match(
    await refused({ servers: { a: { url, asks: { elicitation: "no" } } } }),
    /"elicitation" is true or false/,
  );
});

test("what a model's function says of its usage and its calls is looked at", async (t) => {
  const said = async (reply) => {
    const troupe = await createTroupe({
      providers: { fake: { call: () => Object.assign(reply) } },
    });
    t.after(() => troupe.dispose());
    const { stop, usage } = await troupe.run("t", {
      pattern: "direct",
      budget: { tokens: 1000 },
      limits: { turns: 2 },
    });
    return stop.reason === "failed" ? stop.sentence : usage.input;
  };
  assert.equal(await said({ text: "a", usage: { input: 99.5, output: 1 } }), 100);
  assert.match(
    await said({ text: "a", usage: { inputTokens: 5 } }),
    /has no "inputTokens"\. There are: input/,
  );
  assert.match(await said({ toolCalls: [{ name: "q", args: {} }] }), /A tool call .* has no "args"/);
  assert.match(await said({ toolCalls: "x" }), /"toolCalls" that are no list/);
  for (const call of [{}, { name: "" }, { name: 5 }])
    assert.match(await said({ toolCalls: [call] }), /a tool call without the tool's "name"/);
});

test("parts of a server and hints of its tools that are misspelt are refused", () => {
  const run = () => "";
  assert.throws(
    () => createServer({ originz: ["*"] }),
    /createServer has no "originz"\. There are: name, version/,
  );
  assert.throws(
    () => createServer({ tools: [{ name: "a", description: "", destrutive: true, run }] }),
    /The tool "a" has no "destrutive"/,
  );
});

test("what keeps a run from beginning rejects, whatever it is, and throws nowhere", async (t) => {
  const troupe = await createTroupe();
  t.after(() => troupe.dispose());
  const id = "wanted";
  for (const options of [
    ...[{ seed: "q" }, { budget: { usd: -1 } }, { budget: { tokens: 1.5 } }, { nope: 1 }, { pattern: "foo" }],
    ...[
      { pattern: 5 },
      { priority: 1000 },
      { schema: { type: "array" } },
      { signal: "x" },
      { approve: true },
    ],
    ...[{ agents: {} }, { agents: [null] }, { approvals: { rules: {} } }, { tools: "x" }, { limits: [] }],
  ]) {
    const run = troupe.run("hello", { id, ...options });
    const said = JSON.stringify(options);
    assert.equal(run.id, id);
    assert.equal(run.journal(), "");
    assert.equal(run.answer(1, { approve: true }), false);
    await assert.rejects(async () => run, { name: "TroupeError", code: "invalid_input" }, said);
    await assert.rejects(run.cancel(), { code: "invalid_input" }, said);
    await assert.rejects(async () => {
      for await (const event of run) assert.fail(event.type);
    }, said);
  }
  for (const task of [5, {}, undefined, null])
    await assert.rejects(async () => troupe.run(task), /A task must be a text, and is /);
  await assert.rejects(async () => troupe.patterns.chain("t", { agents: "all" }), /must be a list of agents/);
  troupe.run("who does not look need not catch", { nope: 1 });
});

test("a guard for what there is not is refused, where it is known what there is", async (t) => {
  const remove = tool({ name: "remove", description: "Removes.", run: () => "removed" });
  const { call } = scripted(says("done"));
  const offline = { providers: { fake: { call } }, tools: [remove] };
  for (const [limits, said] of [
    [{ tools: { remoev: {} } }, 'There is no tool "remoev". There are: remove.'],
    [{ servers: { files: {} } }, 'There is no server "files". There are none.'],
    [{ providers: { faek: {} } }, 'There is no provider "faek". There are: fake, offline.'],
  ])
    assert.equal(await refused({ ...offline, limits }), `invalid_input: ${said}`);
  const fits = { tools: { remove: { concurrent: 1 } }, providers: { fake: {}, offline: {} } };
  assert.equal(await refused({ ...offline, limits: fits }), "accepted");

  const troupe = await createTroupe(offline);
  t.after(() => troupe.dispose());
  const said = (options) =>
    troupe.run("Remove it.", { pattern: "direct", ...options }).then(
      () => "accepted",
      ({ message }) => message,
    );
  const wrong = 'There is no tool "remoev". There are: remove.';
  assert.equal(await said({ approvals: { tools: { remoev: "deny" } } }), wrong);
  assert.equal(await said({ approvals: { ruleOfTwo: { remoev: ["acts"] } } }), wrong);
  assert.equal(await said({ approvals: { rules: [{ tool: "remoev", then: "deny" }] } }), wrong);
  assert.match(
    await said({ approvals: { rules: [{ tool: "d*", then: "deny" }] } }),
    /There is no tool "d\*"/,
  );
  assert.match(await said({ approvals: { rules: [{ server: "fil*", then: "deny" }] } }), /no server "fil\*"/);
  assert.equal(await said({ tools: ["remoev"] }), wrong);
  const inner = [{ name: "b", tools: ["remoev"] }];
  const agents = [{ name: "a", pattern: { pattern: "chain", agents: inner } }];
  assert.equal(await said({ pattern: "chain", agents }), wrong);
  const rules = [
    { tool: "rem*", then: "deny" },
    { tool: "re?ove", then: "deny" },
    { server: "*", then: "ask" },
  ];
  const tools = { remove: "deny", read_result: "allow" };
  assert.equal(await said({ approvals: { rules, tools }, tools: ["remove"] }), "accepted");
  const run = troupe.run("Remove it.", { pattern: "direct" });
  await run;
  const at = "0.0";
  await assert.rejects(
    async () => troupe.fork(run.journal(), { at, approvals: { tools: { remoev: "deny" } } }),
    /There is no tool "remoev"/,
  );

  const far = await createTroupe({ ...offline, servers: { files: createServer({}) } });
  t.after(() => far.dispose());
  const asked = (options) =>
    far.run("Remove it.", { pattern: "direct", ...options }).catch(({ message }) => message);
  assert.equal((await asked({ approvals: { tools: { read_file: "deny" } } })).stop.reason, "done");
  assert.equal(
    await asked({ approvals: { tools: { read_file: "deny" } }, servers: [] }),
    wrong.replace("remoev", "read_file"),
  );
});

test("providers and servers that cannot work are refused, and so is a model that nobody has", async () => {
  const provider = { url: "http://x.example/v1" };
  assert.match(
    await refused({ providers: [] }),
    /The option "providers" must be an object with providers by name/,
  );
  assert.match(await refused({ servers: [] }), /The option "servers" must be an object with servers by name/);
  assert.match(
    await refused({ providers: { a: { url: "nourl" } } }),
    /The provider "a" has the "url" "nourl", which is no address: it begins with http:\/\/ or https:\/\//,
  );
  assert.match(await refused({ servers: { a: { url: "ws://x.example" } } }), /which is no address/);
  assert.match(await refused({ providers: { offline: provider } }), /"offline" is the rule-based model/);
  assert.equal(await refused({ providers: { offline: { type: "offline" } } }), "accepted");
  assert.match(
    await refused({ servers: { a: { ...provider, command: "npx" } } }),
    /The server "a" has a "url" and a "command": give it one of them/,
  );
  assert.match(
    await refused({ servers: { a: {} } }),
    /The server "a" needs a "url", a "command" or a "port"/,
  );
  assert.match(await refused({ servers: { a: { command: 5 } } }), /its "command" must be a text/);
  const among = { among: ["a:m", "zzz"] };
  for (const model of ["zzz", "zzz:m", among])
    assert.match(
      await refused({ providers: { a: provider }, model }),
      /The option "model" is "zzz(:m)?", and there is no provider "zzz"\. There are: a, offline\./,
    );
  for (const model of ["a", "a:some:model", "auto", "offline", { prefer: "cost" }])
    assert.equal(await refused({ providers: { a: provider }, model }), "accepted");
});
