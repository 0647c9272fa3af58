// Journals in IndexedDB: the package in a page as it is, without a bundler.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "../standin/chromium.mjs";

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

let server, browser, context, url;

before(async () => {
  const dist = new URL("../../wasm/dist", import.meta.url);
  server = createServer(async (request, response) => {
    const type = TYPES[extname(request.url)];
    if (!type)
      return response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>x</title>");
    response.writeHead(200, { "content-type": type }).end(await readFile(new URL(dist.href + request.url)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${server.address().port}/`;
  browser = await launch();
  context = await browser.newContext();
});

after(async () => {
  await browser.close();
  server.close();
});

/** A tab that sends three mails; the second hangs when it is told to. */
async function tab() {
  const page = await context.newPage();
  await page.goto(url);
  await page.evaluate(async () => {
    const { browserJournal, createTroupe, tool } = await import("/browser.js");
    globalThis.sent = [];
    const send = tool({
      name: "send",
      description: "",
      idempotent: true,
      run: ({ n }) => (globalThis.hangs && n === 1 ? new Promise(() => {}) : (sent.push(n), `sent ${n}`)),
    });
    const call = (request) => {
      const done = request.json().messages.filter(({ role }) => role === "tool").length;
      return done < 3 ? { toolCalls: [{ name: "send", arguments: { n: done } }] } : { text: `Sent ${done}.` };
    };
    globalThis.store = browserJournal();
    globalThis.troupe = await createTroupe({ providers: { fake: { call } }, tools: [send], journal: store });
  });
  return page;
}

const failure = (page, act) => page.evaluate(`(async () => (${act})())().then(() => "", (e) => e.message)`);

test("a run that a tab left is finished in another tab, and nothing is done twice", async () => {
  const first = await tab();
  await first.evaluate(async () => {
    globalThis.hangs = true;
    globalThis.run = troupe.run("Mail.", { id: "mails" });
    for await (const event of run)
      if (event.kind === "tool" && event.state === "begun" && sent.length === 1) break;
  });
  const second = await tab();
  assert.match(await failure(second, `() => troupe.resume("mails")`), /"mails" is in use by another tab/);
  await first.close();
  const { answer, sent, kept, verified } = await second.evaluate(async () => {
    // The lock of a closed tab is given back a moment later.
    for (let tries = 0; tries < 50; tries++) {
      const run = troupe.resume("mails");
      const { answer } = await run.then(
        (outcome) => outcome,
        () => ({}),
      );
      const kept = await store.read("mails");
      if (answer) return { answer, sent, kept: kept === run.journal(), verified: troupe.verify(kept) };
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
  assert.equal(answer, "Sent 3.");
  assert.deepEqual(sent, [1, 2]);
  assert.ok(kept && verified.ok && verified.ended);
  assert.deepEqual(await second.evaluate(() => store.list()), ["mails"]);
  assert.match(
    await failure(second, `() => troupe.run("x", { id: "mails" })`),
    /There is a run "mails" already/,
  );
});

test("what stands where lines are written is overwritten, and what follows is cut off", async () => {
  const page = await tab();
  const read = await page.evaluate(async () => {
    const bytes = (text) => new TextEncoder().encode(text);
    await store.open("cut", "create");
    await store.append("cut", 0, bytes("one\n"));
    await store.append("cut", 4, bytes("two\nthr"));
    await store.append("cut", 11, bytes("ee\n"));
    await store.append("cut", 8, bytes("3\n"));
    await store.close("cut");
    return store.read("cut");
  });
  assert.equal(read, "one\ntwo\n3\n");
});

test("files are said to be for other hosts", async () => {
  const page = await tab();
  const said = await failure(page, `async () => (await import("/browser.js")).fileJournal("runs")`);
  assert.match(said, /fileJournal\("runs"\) needs a disk/);
});

test("local processes are said to be for other hosts", async () => {
  const page = await tab();
  const act = `async () => (await import("/browser.js")).createTroupe({ servers: { s: { command: "x" } } })`;
  assert.match(await failure(page, act), /The server "s" is a local process, and this host cannot start one/);
});
