// A page and the worker in which troupe runs serve tools to one another, over a MessagePort in a real Chromium.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "../standin/chromium.mjs";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

/** Runs troupe over the servers behind the port that it is sent, and says what came of it. */
const WORKER = `
import { createTroupe } from "/browser.js";
import { createServer } from "/server/index.js";
onmessage = async ({ data: { page, own } }) => {
  createServer({ tools: [{ name: "where", description: "Where it runs.", run: () => globalThis.constructor.name }] }).connect(own);
  const call = (request) => {
    const last = request.json().messages.at(-1);
    return last.role === "tool" ? { text: "It is " + last.content } : { toolCalls: [{ name: "title", arguments: {} }] };
  };
  const troupe = await createTroupe({ servers: { page: { port: page } }, providers: { fake: { call } } });
  const { answer } = await troupe.run("What is the page's title?", { approvals: "allow", pattern: "direct" });
  postMessage(answer);
  const error = await troupe.server("page").call("hang").catch((error) => error.message);
  postMessage(error);
};
postMessage("ready");
`;

let server, browser, page;

before(async () => {
  const dist = new URL("../../wasm/dist", import.meta.url);
  server = createServer(async (request, response) => {
    if (request.url === "/worker.js")
      return response.writeHead(200, { "content-type": "text/javascript" }).end(WORKER);
    const type = TYPES[extname(request.url)];
    if (!type)
      return response
        .writeHead(200, { "content-type": "text/html" })
        .end("<!doctype html><title>Shop</title>");
    response.writeHead(200, { "content-type": type }).end(await readFile(new URL(dist.href + request.url)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  browser = await launch();
  page = await (await browser.newContext()).newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
});

after(async () => {
  await browser.close();
  server.close();
});

test("a page serves a tool to the worker and the worker one to the page, until the page closes the port", async () => {
  const told = await page.evaluate(async () => {
    const { createTroupe } = await import("/browser.js");
    const { createServer } = await import("/server/index.js");
    const worker = new Worker("/worker.js", { type: "module" });
    const next = () =>
      new Promise((resolve, reject) => {
        worker.addEventListener("message", ({ data }) => resolve(data), { once: true });
        worker.addEventListener("error", ({ message }) => reject(new Error(message)), { once: true });
      });
    await next();
    const [forPage, forWorker] = [new MessageChannel(), new MessageChannel()];
    let hangs;
    const hanging = new Promise((resolve) => (hangs = resolve));
    const serving = createServer({
      tools: [
        { name: "title", description: "The page's title.", run: () => document.title },
        { name: "hang", description: "Hangs.", run: () => (hangs(), new Promise(() => {})) },
      ],
    }).connect(forPage.port1);
    const answered = next();
    const ports = { page: forPage.port2, own: forWorker.port2 };
    worker.postMessage(ports, [ports.page, ports.own]);
    const troupe = await createTroupe({ servers: { worker: { port: forWorker.port1 } } });
    const where = (await troupe.server("worker").call("where")).content[0].text;
    const answer = await answered;
    const ended = next();
    await hanging;
    serving();
    const sentence = await ended;
    await troupe.dispose();
    worker.terminate();
    return { where, answer, sentence };
  });
  assert.equal(told.where, "DedicatedWorkerGlobalScope");
  assert.match(told.answer, /Shop/);
  assert.match(told.sentence, /^The MCP server "page" ended: The other side closed its port\./);
});
