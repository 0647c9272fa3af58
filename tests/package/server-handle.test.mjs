// The reference server with all features, over both transports: beside runs by troupe.server(), and within a run.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createTroupe, ServerError } from "troupe";
import { fieldValue, formFields } from "troupe/form";
import { everything } from "../standin/everything.mjs";
import { calls, eventsOf, scripted } from "./support/models.mjs";

const program = fileURLToPath(
  new URL("../../node_modules/@modelcontextprotocol/server-everything/dist/index.js", import.meta.url),
);
const asks = { roots: [{ uri: "file:///work", name: "work" }] };

const transports = {
  "streamable HTTP": async () => {
    const { url, close } = await everything();
    return { server: { url, asks }, close };
  },
  "HTTP as 2024-11-05 had it": async () => {
    const { url, close } = await everything("sse");
    return { server: { url, asks }, close };
  },
  stdio: async () => ({
    server: { command: process.execPath, args: [program, "stdio"], asks },
    close: async () => undefined,
  }),
};

for (const [transport, start] of Object.entries(transports)) {
  describe(`server-everything over ${transport}`, () => {
    let troupe, server, stop;
    const logs = [];

    before(async () => {
      const started = await start();
      stop = started.close;
      troupe = await createTroupe({
        servers: { every: started.server },
        log: ({ text }) => logs.push(text),
        providers: { fake: { call: (request) => model(request) } },
      });
      server = troupe.server("every");
    });
    after(async () => {
      await troupe.dispose();
      await stop();
    });
    let model;

    const textOf = ({ content }) => content.map(({ text = "" }) => text).join("\n");

    test("says what it is, and has tools that only clients see who can be asked", async () => {
      const { capabilities, instructions } = await server.about();
      assert.ok(capabilities.resources && capabilities.prompts && capabilities.completions);
      assert.match(instructions, /Everything/);
      const names = (await server.tools()).map(({ name }) => name);
      for (const name of ["get-roots-list", "trigger-elicitation-request", "trigger-sampling-request"])
        assert.ok(names.includes(name), name);
    });

    test("each of its tools does what it says", async () => {
      const call = (name, args) => server.call(name, args);
      assert.equal(textOf(await call("echo", { message: "hi" })), "Echo: hi");
      assert.match(textOf(await call("get-sum", { a: 17, b: 25 })), /is 42/);
      assert.equal(
        typeof (await call("get-structured-content", { location: "New York" })).structuredContent.temperature,
        "number",
      );
      const image = (await call("get-tiny-image")).content.find(({ type }) => type === "image");
      assert.equal(image.mimeType, "image/png");
      const { content } = await call("get-annotated-message", { messageType: "error" });
      assert.equal(content[0].annotations.priority, 1);
      const links = await call("get-resource-links", { count: 2 });
      assert.equal(links.content.filter(({ type }) => type === "resource_link").length, 2);
      const reference = await call("get-resource-reference", { resourceType: "Text", resourceId: 1 });
      assert.ok(reference.content.some(({ type }) => type === "resource"));
      assert.match(textOf(await call("get-env")), /PATH/);
      const zipped = await call("gzip-file-as-resource", {
        name: "a.gz",
        data: "data:text/plain,hello",
        outputType: "resourceLink",
      });
      assert.equal(zipped.content[0].type, "resource_link");
      assert.match(textOf(await call("get-roots-list")), /file:\/\/\/work/);
    });

    test("tells how far a long call is, and is told when nobody waits for it", async () => {
      const told = [];
      const slow = { duration: 0.3, steps: 3 };
      await server.call("trigger-long-running-operation", slow, {
        onProgress: ({ progress, total }) => told.push(`${progress} of ${total}`),
      });
      assert.deepEqual(told, ["1 of 3", "2 of 3", "3 of 3"]);
      const left = new AbortController();
      const hanging = server.call(
        "trigger-long-running-operation",
        { duration: 60, steps: 60 },
        { signal: left.signal },
      );
      setTimeout(() => left.abort(new Error("enough")), 50);
      await assert.rejects(hanging, /enough/);
    });

    test("asks a person by a form and by a page, and a model for a reply", async () => {
      const asked = [];
      const options = {
        elicit: (elicitation) => {
          asked.push(elicitation.mode ?? "form");
          if (elicitation.mode === "url") return { action: "accept" };
          const fields = formFields(elicitation.requestedSchema);
          const typed = { name: "Ada", check: "yes", integer: "7" };
          const filled = fields.map((field) => [field.name, fieldValue(field, typed[field.name] ?? "")]);
          return {
            action: "accept",
            content: Object.fromEntries(filled.filter(([, value]) => value !== undefined)),
          };
        },
        sample: ({ messages }) => ({
          role: "assistant",
          model: "mine",
          stopReason: "endTurn",
          content: { type: "text", text: `You wrote: ${messages[0].content.text}` },
        }),
      };
      assert.match(textOf(await server.call("trigger-elicitation-request", {}, options)), /Name: Ada/);
      assert.match(
        textOf(await server.call("trigger-url-elicitation", { url: "https://example.com/sign" }, options)),
        /completed the URL elicitation/,
      );
      assert.match(
        textOf(await server.call("trigger-sampling-request", { prompt: "rhyme", maxTokens: 10 }, options)),
        /You wrote: .*rhyme/,
      );
      assert.deepEqual(asked, ["form", "url"]);
      assert.match(textOf(await server.call("trigger-elicitation-request")), /declined/);
    });

    test("its resources, templates, prompts and completions are read", async () => {
      const resources = await server.resources();
      const features = resources.find(({ uri }) => uri.endsWith("features.md"));
      const [read] = await server.read(features.uri);
      assert.match(read.text, /Features/);
      const templates = (await server.templates()).map(({ uriTemplate }) => uriTemplate);
      assert.ok(templates.includes("demo://resource/dynamic/text/{resourceId}"));
      assert.equal((await server.read("demo://resource/dynamic/blob/3"))[0].blob.length > 0, true);
      const prompts = (await server.prompts()).map(({ name }) => name);
      assert.ok(prompts.includes("args-prompt"));
      const { messages } = await server.prompt("args-prompt", { city: "Paris" });
      assert.match(messages[0].content.text, /Paris/);
      assert.deepEqual(
        await server.complete({ prompt: "completable-prompt" }, { name: "department", value: "E" }),
        ["Engineering"],
      );
      await assert.rejects(server.read("demo://no/such/thing"), ServerError);
    });

    test("tells of resources that change, and logs from the level on that it was told", async () => {
      await server.logLevel("emergency");
      const { uri } = (await server.resources())[0];
      let heard;
      const changed = new Promise((resolve) => (heard = resolve));
      const stop = await server.watch(heard, [uri]);
      await server.call("toggle-subscriber-updates");
      assert.deepEqual(await changed, { resource: uri });
      await stop();
    });

    test("what it asks in a run is answered by who watches the run, and by the run's model", async () => {
      const script = scripted(
        calls("trigger-elicitation-request"),
        calls("trigger-sampling-request", { prompt: "rhyme", maxTokens: 10 }),
        "a rhyme on lighthouses",
        (request) => ({ text: request.json().messages.at(-1).content }),
      );
      model = script.call;
      const run = troupe.run("Ask and rhyme.", { approvals: "allow" });
      const subjects = [];
      for await (const event of run) {
        if (event.type !== "question") continue;
        subjects.push(event.subject);
        if (event.subject === "sampling") run.answer(event.id, { approve: true });
        else run.answer(event.id, { action: "accept", content: { name: "Ada", check: true } });
      }
      const { answer, stop: end } = await run;
      assert.equal(end.reason, "done", end.sentence);
      assert.deepEqual(subjects, ["elicitation", "sampling"]);
      assert.match(answer, /a rhyme on lighthouses/);
      const again = troupe.replay(run.journal());
      assert.equal((await again).answer, answer);
      assert.equal((await eventsOf(again)).filter(({ type }) => type === "question").length, 0);
    });

    test("a tool that works only as a task is followed to its end, and asks on its way", async () => {
      const asked = [];
      const elicit = ({ message }) => {
        asked.push(message);
        return { action: "accept", content: { interpretation: "technical" } };
      };
      const research = { topic: "python", ambiguous: true };
      assert.match(textOf(await server.call("simulate-research-query", research, { elicit })), /python/i);
      assert.equal(asked.length, 1);
    });

    test("an agent reads its resources by tools", async () => {
      const script = scripted(
        calls("read_resource", { uri: "demo://resource/dynamic/text/5" }),
        (request) => ({ text: request.json().messages.at(-1).content }),
      );
      model = script.call;
      const { answer } = await troupe.run("Read resource 5.");
      assert.match(answer, /Resource 5: This is a plaintext resource/);
    });
  });
}
