// A reply of chat completions, streamed in pieces of 1 KiB, to its texts in JavaScript: `node rivals/stream.mjs RIVAL`.
// Prints one line of JSON: MB of the stream that a second of CPU time reads.
import { setImmediate as tick } from "node:timers/promises";

const EVENTS = 30_000;
const PIECE = 1024;
/** How long the compilers have, and how long is measured, ms. */
const WARM_MS = 1500;
const MEASURED_MS = 2500;

const words =
  'She reads "the file", calls two tools at once — naïve café, 漢字 🙂 —\nand goes on waiting.'.split(
    /(?<= )/,
  );
const word = (i) => words[i % words.length];
const answer = Array.from({ length: EVENTS }, (_, i) => word(i)).join("");

/** As OpenAI writes it. */
const chunk = (delta, finish_reason = null) =>
  `data: ${JSON.stringify({
    id: "chatcmpl-CaNzAbCdEfGhIjKlMnOpQrStUvWxY",
    object: "chat.completion.chunk",
    created: 1790000000,
    model: "gpt-4o-mini-2024-07-18",
    service_tier: "default",
    system_fingerprint: "fp_560af6e559",
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    usage: null,
  })}\n\n`;

const stream = Buffer.from(
  [
    chunk({ role: "assistant", content: "", refusal: null }),
    ...Array.from({ length: EVENTS }, (_, i) => chunk({ content: word(i) })),
    chunk({}, "stop"),
    "data: [DONE]\n\n",
  ].join(""),
);
const pieces = Array.from(
  { length: Math.ceil(stream.length / PIECE) },
  (_, i) => new Uint8Array(stream.subarray(i * PIECE, (i + 1) * PIECE)),
);

/** What fetch gives: the pieces one after the other, as fast as they are read. */
async function respond() {
  let next = 0;
  const body = new ReadableStream({
    pull: (controller) => (next < pieces.length ? controller.enqueue(pieces[next++]) : controller.close()),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

/** Each resolves to a function that reads the stream once and gives all texts. */
const rivals = {
  async troupe() {
    const { createTroupe } = await import("troupe");
    const troupe = await createTroupe({
      providers: { openai: { apiKey: "x", model: "gpt-4o-mini", url: "http://bench.example/v1" } },
      fetch: respond,
    });
    return async () => {
      const texts = [];
      for await (const event of troupe.run("Go on.", { pattern: "direct" }))
        if (event.type === "text") texts.push(event.text);
      return texts;
    };
  },

  /** The pair that one puts together by hand. */
  async hand() {
    const { createParser } = await import("eventsource-parser");
    return async () => {
      const texts = [];
      const onEvent = ({ data }) => {
        if (data === "[DONE]") return;
        const text = JSON.parse(data).choices[0]?.delta.content;
        if (text) texts.push(text);
      };
      const parser = createParser({ onEvent });
      const decoder = new TextDecoder();
      const { body } = await respond();
      for await (const piece of body) parser.feed(decoder.decode(piece, { stream: true }));
      return texts;
    };
  },

  async openai() {
    const { default: OpenAI } = await import("openai");
    const client = new OpenAI({ apiKey: "x", maxRetries: 0, fetch: respond });
    const request = { model: "gpt-4o-mini", messages: [{ role: "user", content: "Go on." }], stream: true };
    return async () => {
      const texts = [];
      for await (const { choices } of await client.chat.completions.create(request))
        if (choices[0]?.delta.content) texts.push(choices[0].delta.content);
      return texts;
    };
  },

  async aisdk() {
    const { streamText } = await import("ai");
    const { createOpenAI } = await import("@ai-sdk/openai");
    const model = createOpenAI({ apiKey: "x", fetch: respond }).chat("gpt-4o-mini");
    const onError = ({ error }) => {
      throw error;
    };
    return async () => {
      const texts = [];
      for await (const text of streamText({ model, prompt: "Go on.", onError }).textStream) texts.push(text);
      return texts;
    };
  },
};

const read = await rivals[process.argv[2]]();

/** CPU ms of reading the stream once, all threads counted. */
async function once() {
  await tick();
  const before = process.cpuUsage();
  const texts = await read();
  const { user, system } = process.cpuUsage(before);
  if (texts.join("") !== answer) throw new Error(`${process.argv[2]} read ${texts.length} other texts.`);
  return (user + system) / 1000;
}

async function repeated(ms) {
  let [spent, repeats] = [0, 0];
  while (spent < ms || repeats < 2) {
    spent += await once();
    repeats++;
  }
  return spent / repeats;
}

await repeated(WARM_MS);
const cpu_ms = await repeated(MEASURED_MS);
console.log(JSON.stringify({ mb_a_second: stream.length / 1000 / cpu_ms }));
process.exit(0);
