// The products themselves: a run begun with the package in Node, or in the worker, goes on in the page, and is finished
// elsewhere. They share an MCP server over HTTP, and a model.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createTroupe } from "troupe";
import { begin, downloaded, openJournal, question, stands, theatre, useEndpoint } from "../browser/page.mjs";
import { wholeRun } from "../standin/events.mjs";
import { everything } from "../standin/everything.mjs";
import { openAi } from "../standin/openai.mjs";
import { workerd } from "../standin/workerd.mjs";

const task = "Pack three files, one after the other";
const files = ["first.gz", "second.gz", "third.gz"];
let model, server, house, worker, troupe;

before(async () => {
  model = await openAi((body, turn) => {
    const pack = (name) => [
      "gzip-file-as-resource",
      { name, data: `data:text/plain,${name}`, outputType: "resource" },
    ];
    if (turn < files.length) return { calls: [pack(files[turn])] };
    return {
      text: body.messages
        .filter(({ role }) => role === "tool")
        .map(({ content }) => content)
        .join(" | "),
    };
  });
  server = await everything();
  house = await theatre();
  worker = await workerd(fileURLToPath(new URL("../../edge/dist", import.meta.url)), {
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: "test-model",
    MCP_SERVERS: JSON.stringify({ everything: { url: server.url } }),
  });
  troupe = await createTroupe({
    providers: { openai: { url: model.url, model: "test-model" } },
    servers: { everything: { url: server.url } },
  });
});
after(() =>
  Promise.all([troupe?.dispose(), worker?.close(), house?.close(), server?.close(), model?.close()]),
);

/** Lets so many calls pass, and leaves at the next question. */
async function inNode(run, calls) {
  for await (const event of run) {
    if (event.type !== "question") continue;
    if (calls-- > 0) run.answer(event.id, { approve: true });
    else await run.suspend();
  }
  return { journal: run.journal(), outcome: await run };
}

async function inPage(work, calls) {
  const page = await house.open();
  await useEndpoint(page, { url: model.url });
  await page.getByLabel("One a line").fill(`everything ${server.url}`);
  await work(page);
  for (let i = 0; i < calls; i++) {
    await question(page)
      .getByText(files[i + (work.passed ?? 0)])
      .waitFor();
    await page.getByRole("button", { name: "Allow" }).click();
  }
  return page;
}

async function inWorker(journal, answers) {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(journal === "" ? { task } : { journal, answers });
  const response = await fetch(new URL(journal === "" ? "runs" : "runs/resume", worker.url), {
    method: "POST",
    headers,
    body,
  });
  const run = await wholeRun(response, journal);
  return { ...run, question: run.events.find(({ event }) => event === "question")?.json };
}

/** The worker pauses at each question, and gets the answer with the journal. */
async function allowed(run) {
  return inWorker(run.journal, { [run.question.step]: { approve: true, hash: run.question.hash } });
}

function check(journal, answer) {
  assert.match(answer, /first\.gz.*\|.*second\.gz.*\|.*third\.gz/);
  const proof = troupe.verify(journal);
  assert.deepEqual([proof.ok, proof.ended], [true, true]);
  // Each of the three calls left once.
  assert.equal(journal.match(/"state":"begun"/g).length, 3);
}

test("begun in Node, continued in the page, finished in the worker", async () => {
  const first = await inNode(troupe.run(task), 1);
  assert.equal(first.outcome.stop.resumable, true);

  const resume = async (page) => {
    await openJournal(page, first.journal);
    await page.getByRole("button", { name: "Go on" }).click();
  };
  const page = await inPage(Object.assign(resume, { passed: 1 }), 1);
  await question(page).getByText("third.gz").waitFor();
  await page.getByRole("button", { name: "Suspend" }).click();
  await stands(page, "paused");
  const { text } = await downloaded(page);
  await page.context().close();
  assert.ok(text.startsWith(first.journal) && text.length > first.journal.length);

  const paused = await inWorker(text, {});
  assert.equal(paused.question.arguments.name, "third.gz");
  const { journal, ended } = await allowed(paused);
  assert.ok(journal.startsWith(text));
  check(journal, ended.answer);
});

test("begun in the worker, continued in the page, finished in Node", async () => {
  const first = await inWorker("", {});
  const second = await allowed(first);
  assert.equal(second.question.arguments.name, "second.gz");

  const resume = async (page) => {
    await openJournal(page, second.journal);
    await page.getByRole("button", { name: "Go on" }).click();
  };
  const page = await inPage(Object.assign(resume, { passed: 1 }), 1);
  await question(page).getByText("third.gz").waitFor();
  await page.getByRole("button", { name: "Suspend" }).click();
  await stands(page, "paused");
  const { text } = await downloaded(page);
  await page.context().close();

  const { journal, outcome } = await inNode(troupe.resume(text), 1);
  assert.ok(journal.startsWith(text));
  check(journal, outcome.answer);
});

test("begun in the page, finished in Node, and shown as whole by the page again", async () => {
  const page = await inPage((opened) => begin(opened, task), 1);
  await question(page).getByText("second.gz").waitFor();
  await page.getByRole("button", { name: "Suspend" }).click();
  await stands(page, "paused");
  const { text } = await downloaded(page);
  const { journal, outcome } = await inNode(troupe.resume(text), 2);
  check(journal, outcome.answer);
  await openJournal(page, journal);
  await page.locator("#chain[data-state=whole]").waitFor();
  assert.match(await page.locator("#status").innerText(), /its run has ended/);
  await page.context().close();
});
