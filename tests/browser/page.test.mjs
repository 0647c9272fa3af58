// A person at the page: types a task, answers questions, takes the journal along.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { createTroupe } from "troupe";
import { openAi } from "../standin/openai.mjs";
import {
  answer,
  begin,
  downloaded,
  openJournal,
  question,
  stands,
  steps,
  theatre,
  useEndpoint,
} from "./page.mjs";

const writing = 'Add 2400 and 1150, then write "Truck and fuel: 3550 euros" to truck.txt';
let house, troupe, page;

before(async () => {
  house = await theatre();
  troupe = await createTroupe();
});
after(() => Promise.all([house?.close(), troupe?.dispose()]));
beforeEach(async () => void (page = await house.open()));
afterEach(async () => {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

const allow = () => page.getByRole("button", { name: "Allow" }).click();
const notes = () => page.locator(".document", { has: page.locator(".new") }).allInnerTexts();

test("a typed task is done in the tab, and its steps and journal are shown", async () => {
  await begin(page, "Add 17 and 25");
  assert.equal(await stands(page, "done"), "Done.");
  assert.match(await answer(page), /42/);
  const shown = await steps(page);
  assert.match(shown, /tools, done list_documents, read_document, write_note, add/);
  assert.match(shown, /model, done calls add/);
  assert.match(shown, /add, done a: 17, b: 25/);
  await page.locator("#chain[data-state=whole]").waitFor();
  assert.match(await page.locator("#usage").innerText(), /\d+ calls/);
});

test("opening a step shows its arguments and its result", async () => {
  await begin(page, "Read letter.txt");
  await stands(page, "done");
  const step = page.locator(".step", { hasText: "read_document, done" }).last();
  await step.locator("summary").click();
  assert.match(
    await step.locator("dl").innerText(),
    /arguments[\s\S]*letter\.txt[\s\S]*result[\s\S]*Ines Maurer/,
  );
});

test("the downloaded journal is whole and has the hash that the page shows", async () => {
  await begin(page, "List the documents and count the lines of each");
  await stands(page, "done");
  const { name, text } = await downloaded(page);
  const proof = troupe.verify(text);
  assert.deepEqual([proof.ok, proof.ended, name], [true, true, `${proof.run}.jsonl`]);
  const head = page.locator("#chain code");
  assert.equal(await head.getAttribute("title"), proof.hash);
  assert.equal(await page.locator("#lines li").count(), proof.lines);
});

test("what writes asks first, and is done when it is allowed", async () => {
  await begin(page, writing);
  await question(page).waitFor();
  assert.match(
    await question(page).innerText(),
    /May "write_note" be called[\s\S]*truck\.txt[\s\S]*3550 euros/,
  );
  assert.ok(
    await question(page).evaluate((element) => element === document.activeElement),
    "The question has no focus.",
  );
  assert.deepEqual(await notes(), []);
  await allow();
  await stands(page, "done");
  assert.match((await notes()).join(), /truck\.txt/);
  assert.equal(await question(page).isVisible(), false);
});

test("what is denied is not done, and the reason reaches the model and the journal", async () => {
  await begin(page, writing);
  await question(page).waitFor();
  await page.getByLabel("Why not?").fill("the numbers are old");
  await page.getByRole("button", { name: "Deny" }).click();
  await stands(page, "done");
  assert.deepEqual(await notes(), []);
  assert.match(await steps(page), /write_note, not done denied: the numbers are old/);
  const { text } = await downloaded(page);
  assert.match(text, /the numbers are old/);
  assert.doesNotMatch(text, /"kind":"tool"[^\n]*write_note/);
});

test("a run suspended at a question goes on later, and its effect happens once", async () => {
  await begin(page, writing);
  await question(page).waitFor();
  await page.getByRole("button", { name: "Suspend" }).click();
  assert.match(await stands(page, "paused"), /Paused/);
  assert.equal(await question(page).isVisible(), false);
  const { text: before } = await downloaded(page);
  assert.equal(troupe.verify(before).ended, false);

  await page.getByRole("button", { name: "Go on" }).click();
  await question(page).waitFor();
  await allow();
  await stands(page, "done");
  const { text } = await downloaded(page);
  assert.ok(text.startsWith(before));
  assert.equal(text.match(/"state":"begun"/g).length, 1);
  assert.equal((await notes()).length, 1);
});

test("a tab that is loaded anew in the midst of a run goes on with it, and offers none that has ended", async () => {
  await begin(page, writing);
  await question(page).waitFor();
  await page.reload();
  assert.match(await stands(page, "paused"), /left before it ended/);
  await page.getByRole("button", { name: "Go on" }).click();
  await question(page).waitFor();
  await allow();
  await stands(page, "done");
  const { text } = await downloaded(page);
  assert.equal(troupe.verify(text).ended, true);
  assert.equal((await notes()).length, 1);
  await page.reload();
  await page.getByText("Release").waitFor();
  assert.equal(await page.locator("#status").innerText(), "Nothing has run yet.");
});

test("a cancelled run ends, and its journal says so", async () => {
  await begin(page, writing);
  await question(page).waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.match(await stands(page, "failed"), /Stopped \(cancelled\)/);
  const { text } = await downloaded(page);
  assert.equal(troupe.verify(text).ended, true);
});

test("a journal of Node is opened from a file and finished here", async () => {
  const { Documents, toolsOver } = await nodeTools();
  const elsewhere = await createTroupe({ tools: toolsOver(new Documents()) });
  const run = elsewhere.run(writing);
  for await (const event of run) if (event.type === "question") await run.suspend();
  await elsewhere.dispose();
  await openJournal(page, run.journal());
  assert.match(await stands(page, "paused"), /can go on/);
  assert.equal(await page.getByLabel("The task, in plain words").inputValue(), writing);
  await page.getByRole("button", { name: "Go on" }).click();
  await question(page).waitFor();
  await allow();
  await stands(page, "done");
  const { text } = await downloaded(page);
  assert.ok(text.startsWith(run.journal()));
  assert.equal(troupe.verify(text).ended, true);
});

test("a journal that was edited is said to be broken, and where", async () => {
  await begin(page, "Add 17 and 25");
  await stands(page, "done");
  const { text } = await downloaded(page);
  await openJournal(page, text.replace('"text":"42"', '"text":"43"'));
  await page.locator("#chain[data-state=broken]").waitFor();
  assert.match(await page.locator("#chain").innerText(), /broken in line \d/);
});

test("a replay gives the same answer and writes nothing", async () => {
  await begin(page, writing);
  await question(page).waitFor();
  await allow();
  await stands(page, "done");
  const before = [await answer(page), (await downloaded(page)).text];
  await page.getByRole("button", { name: "Replay" }).click();
  await page.getByText("Replayed: the same steps").waitFor();
  assert.deepEqual([await answer(page), (await downloaded(page)).text], before);
});

test("a typed endpoint is asked with the typed key, its text is shown as it comes, and the key stays out of the journal", async () => {
  let goOn;
  const seen = new Promise((resolve) => (goOn = resolve));
  async function* pieces() {
    yield "The truck leaves ";
    await seen;
    yield "at 07:30.";
  }
  const model = await openAi(() => ({ pieces: pieces() }));
  try {
    await useEndpoint(page, { url: model.url, key: "key of a person" });
    await begin(page, "When does the truck leave?");
    await page.getByText("The truck leaves", { exact: true }).waitFor();
    assert.equal(await page.locator("#status").getAttribute("data-state"), "running");
    goOn();
    await stands(page, "done");
    assert.equal(await answer(page), "The truck leaves at 07:30.");
    assert.equal(model.requests[0].headers.authorization, "Bearer key of a person");
    assert.doesNotMatch((await downloaded(page)).text, /key of a person/);
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  } finally {
    await model.close();
  }
});

test("an endpoint that refuses is quoted in a sentence", async () => {
  const model = await openAi(() => ({ status: 401, text: "Incorrect API key provided" }));
  try {
    await useEndpoint(page, { url: model.url, key: "wrong" });
    await begin(page, "Hello");
    assert.match(await stands(page, "failed"), /The provider refused the key .*Incorrect API key provided/);
  } finally {
    await model.close();
  }
});

test("settings that do not fit are said before anything runs", async () => {
  await useEndpoint(page, { url: "http://127.0.0.1:1/v1", model: "" });
  await begin(page, "Hello");
  assert.match(await stands(page, "failed"), /Say which model/);
  await page.getByLabel("Offline").check();
  await page.getByLabel("One a line").fill("search example.com");
  await begin(page, "Hello");
  await page.getByText('"search example.com" is no server').waitFor();
});

/** The page's own tools, for another host. */
async function nodeTools() {
  const { build } = await import("esbuild");
  const bundle = async (entry) => {
    const path = new URL(`../../web/src/${entry}`, import.meta.url).pathname;
    const { outputFiles } = await build({
      entryPoints: [path],
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
    });
    return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
  };
  const [{ Documents }, { toolsOver }] = await Promise.all([bundle("documents.ts"), bundle("tools.ts")]);
  return { Documents, toolsOver: (documents) => toolsOver(documents, () => undefined) };
}

test("a file that is no journal is refused by its name, and what is there stays", async () => {
  await begin(page, "Add 17 and 25");
  await stands(page, "done");
  await page
    .locator("#open")
    .setInputFiles({ name: "photo.png", mimeType: "image/png", buffer: Buffer.from("\u0089PNG") });
  assert.match(await stands(page, "failed"), /photo\.png is no journal of troupe/);
  assert.match(await answer(page), /42/);
});

test("a journal whose run has ended is opened with its answer", async () => {
  const run = troupe.run("Add 17 and 25");
  const { answer: said } = await run;
  await openJournal(page, run.journal());
  await page.locator("#chain[data-state=whole]").waitFor();
  assert.equal(await answer(page), said);
});

test("what turns text around is written out where a person allows a call", async () => {
  await begin(page, 'Write "pay \u202eevE\u202c Adam" to note.txt');
  await question(page).waitFor();
  assert.match(await question(page).innerText(), /pay \\u202eevE\\u202c Adam/);
});

test("the keyboard is not left nowhere when its button goes out", async () => {
  await begin(page, writing);
  await page.getByRole("button", { name: "Allow" }).focus();
  await page.keyboard.press("Enter");
  await stands(page, "done");
  assert.notEqual(await page.evaluate(() => document.activeElement?.tagName), "BODY");
  await page.locator("#chain[data-state=whole]").waitFor();
  await page.getByRole("button", { name: "Replay" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Replayed: the same steps").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "replay");
});
