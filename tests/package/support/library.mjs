// A server with something of everything, and its use by our own client.
import assert from "node:assert/strict";
import { createServer, serverTool } from "troupe/server";
import { z } from "zod";

export function library() {
  return createServer({
    name: "library",
    version: "2.0.0",
    instructions: "Knows books.",
    tools: [
      serverTool({
        name: "add",
        description: "Adds two numbers.",
        input: z.object({ a: z.number(), b: z.number() }),
        output: { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] },
        readOnly: true,
        run: ({ a, b }) => ({ sum: a + b }),
      }),
      serverTool({
        name: "fail",
        description: "Fails.",
        run: () => {
          throw new Error("The shelf is empty.");
        },
      }),
      serverTool({
        name: "count",
        description: "Counts slowly.",
        readOnly: true,
        run: async (_, { progress, log, signal }) => {
          log("info", "counting");
          for (let i = 1; i <= 3; i++) progress(i, 3, `book ${i}`);
          return String(signal.aborted);
        },
      }),
      serverTool({
        name: "hang",
        description: "Waits until nobody waits for it.",
        readOnly: true,
        run: (_, { signal }) =>
          new Promise((_resolve, reject) => (signal.onabort = () => reject(signal.reason))),
      }),
      serverTool({
        name: "register",
        description: "Asks for a name, and then the model for a rhyme.",
        run: async (_, { elicit, sample }) => {
          const form = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
          const said = await elicit("Who are you?", form);
          if (said.action !== "accept") return `no: ${said.action}`;
          const { content } = await sample({
            messages: [
              { role: "user", content: { type: "text", text: `A rhyme for ${said.content.name}.` } },
            ],
            maxTokens: 50,
          });
          return `${said.content.name}: ${content.text}`;
        },
      }),
    ],
    resources: [
      { uri: "book://index", name: "index", mimeType: "text/plain", read: () => "one\ntwo" },
      { uri: "book://cover", name: "cover", mimeType: "image/png", read: () => new Uint8Array([1, 2, 255]) },
      {
        uri: "book://{title}/page",
        name: "page",
        read: (_, { title }) => `A page of ${title}.`,
        complete: { title: (begin) => ["Emma", "Emil"].filter((each) => each.startsWith(begin)) },
      },
    ],
    prompts: [
      {
        name: "review",
        description: "Reviews a book.",
        arguments: [{ name: "title", required: true, complete: (begin) => (begin === "E" ? ["Emma"] : []) }],
        get: ({ title }) => `Review ${title}.`,
      },
    ],
  });
}

export const textOf = ({ content }) => content.map(({ text = "" }) => text).join("\n");

/** Uses a library's server by our own client for all that it has. `asks`: whether it can ask in the midst of a call. */
export async function everythingOf(server, { asks = true } = {}) {
  assert.equal((await server.about()).instructions, "Knows books.");
  assert.deepEqual((await server.call("add", { a: 17, b: 25 })).structuredContent, { sum: 42 });
  const wrong = await server.call("add", { a: "x" });
  assert.equal(wrong.isError, true);
  assert.match(textOf(wrong), /The arguments do not fit/);
  assert.match(textOf(await server.call("fail")), /The shelf is empty/);
  const heard = [];
  await server.call("count", {}, { onProgress: ({ message }) => heard.push(message) });
  assert.deepEqual(heard, ["book 1", "book 2", "book 3"]);
  assert.deepEqual(
    (await server.resources()).map(({ uri }) => uri),
    ["book://index", "book://cover"],
  );
  assert.equal((await server.templates())[0].uriTemplate, "book://{title}/page");
  assert.equal((await server.read("book://index"))[0].text, "one\ntwo");
  assert.equal((await server.read("book://cover"))[0].blob, "AQL/");
  assert.equal((await server.read("book://Emma/page"))[0].text, "A page of Emma.");
  await assert.rejects(server.read("book://none"), /There is no resource book:\/\/none/);
  assert.equal((await server.prompts())[0].arguments[0].name, "title");
  assert.equal((await server.prompt("review", { title: "Emma" })).messages[0].content.text, "Review Emma.");
  assert.deepEqual(await server.complete({ prompt: "review" }, { name: "title", value: "E" }), ["Emma"]);
  const template = { template: "book://{title}/page" };
  assert.deepEqual(await server.complete(template, { name: "title", value: "Emi" }), ["Emil"]);
  const left = new AbortController();
  const hanging = server.call("hang", {}, { signal: left.signal });
  setTimeout(() => left.abort(new Error("enough")), 20);
  await assert.rejects(hanging, /enough/);
  if (asks) await askedBy(server);
}

async function askedBy(server) {
  const options = {
    elicit: () => ({ action: "accept", content: { name: "Ada" } }),
    sample: () => ({ role: "assistant", model: "m", content: { type: "text", text: "a rhyme" } }),
  };
  assert.equal(textOf(await server.call("register", {}, options)), "Ada: a rhyme");
  assert.equal(textOf(await server.call("register")), "no: decline");
}
