// Ten workers at once and a synthesiser that reads what they wrote; for troupe also a plan of a hundred tasks. The model
// answers at once: what is left is the engine. `node fanout.mjs RIVAL` prints CPU µs a run as one line of JSON.
import { setImmediate as tick } from "node:timers/promises";

const WORKERS = 10;
const TASKS = 100;
const PART = (i) => `Section ${i} of the report`;
const RESULT =
  "A paragraph of about a hundred bytes that says what this section has to say, in so many words.";
const FINAL = "The report, put together.";

const completion = (content) =>
  JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion",
    model: "scripted",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
  });

/** A plan in layers of ten: each task needs two of the layer before. */
const plan = {
  tasks: Array.from({ length: TASKS }, (_, i) => ({
    id: `t${i}`,
    agent: "worker",
    task: PART(i),
    needs: i < 10 ? [] : [`t${i - 10}`, `t${i - (i % 10) - 10 + ((i + 1) % 10)}`],
  })),
};

async function withTroupe(options) {
  const { createTroupe } = await import("troupe");
  const decoder = new TextDecoder();
  const reply = (body) => {
    if (body.includes('\\"title\\":\\"Plan\\"')) return JSON.stringify(plan);
    if (body.includes('\\"title\\":\\"Completeness\\"')) return '{"complete":true,"missing":[]}';
    return body.includes("You put the results of several agents together") ? FINAL : RESULT;
  };
  const troupe = await createTroupe({
    providers: { scripted: { call: (request) => completion(reply(decoder.decode(request.view))) } },
  });
  return async () => {
    const run = troupe.run("Write the report.", { model: "scripted", ...options });
    const { answer } = await run;
    if (!run.journal().includes('"kind":"end"')) throw new Error("The journal has no end.");
    return answer;
  };
}

const rivals = {
  troupe: () =>
    withTroupe({
      pattern: "parallel",
      limits: { parallel: WORKERS },
      agents: Array.from({ length: WORKERS }, (_, i) => ({
        name: `w${i}`,
        instruction: "You write.",
        part: PART(i),
      })),
    }),
  troupe_plan: () =>
    withTroupe({
      pattern: "orchestrator",
      limits: { parallel: WORKERS },
      agents: [{ name: "worker", instruction: "You write." }],
    }),
  async promises() {
    const chat = async (messages) => {
      JSON.stringify({ model: "scripted", messages });
      const final = messages[0].content === "You put it together.";
      return JSON.parse(completion(final ? FINAL : RESULT)).choices[0].message.content;
    };
    return async () => {
      const parts = await Promise.all(
        Array.from({ length: WORKERS }, (_, i) =>
          chat([
            { role: "system", content: "You write." },
            { role: "user", content: PART(i) },
          ]),
        ),
      );
      return chat([
        { role: "system", content: "You put it together." },
        { role: "user", content: parts.join("\n\n") },
      ]);
    };
  },
  async mastra() {
    const { createStep, createWorkflow } = await import("@mastra/core/workflows");
    const { z } = await import("zod");
    const chat = async (messages) => {
      JSON.stringify({ model: "scripted", messages });
      const final = messages[0].content === "You put it together.";
      return JSON.parse(completion(final ? FINAL : RESULT)).choices[0].message.content;
    };
    const ask = (system, user) =>
      chat([
        { role: "system", content: system },
        { role: "user", content: user },
      ]);
    const part = z.object({ text: z.string() });
    const workers = Array.from({ length: WORKERS }, (_, i) =>
      createStep({
        id: `w${i}`,
        inputSchema: z.object({}),
        outputSchema: part,
        execute: async () => ({ text: await ask("You write.", PART(i)) }),
      }),
    );
    const synthesiser = createStep({
      id: "synthesiser",
      inputSchema: z.object(Object.fromEntries(workers.map(({ id }) => [id, part]))),
      outputSchema: z.object({ answer: z.string() }),
      execute: async ({ inputData }) => ({
        answer: await ask(
          "You put it together.",
          Object.values(inputData)
            .map(({ text }) => text)
            .join("\n\n"),
        ),
      }),
    });
    const workflow = createWorkflow({
      id: "report",
      inputSchema: z.object({}),
      outputSchema: z.object({ answer: z.string() }),
    })
      .parallel(workers)
      .then(synthesiser)
      .commit();
    return async () => {
      const run = await workflow.createRun();
      const { result } = await run.start({ inputData: {} });
      return result?.answer;
    };
  },
  async langgraph(checkpointer) {
    const { Annotation, END, START, Send, StateGraph } = await import("@langchain/langgraph");
    const State = Annotation.Root({
      section: Annotation(),
      parts: Annotation({ reducer: (all, more) => [...all, ...more], default: () => [] }),
      answer: Annotation(),
    });
    const chat = async (messages) => {
      JSON.stringify({ model: "scripted", messages });
      const final = messages[0].content === "You put it together.";
      return JSON.parse(completion(final ? FINAL : RESULT)).choices[0].message.content;
    };
    const ask = (system, user) =>
      chat([
        { role: "system", content: system },
        { role: "user", content: user },
      ]);
    const graph = new StateGraph(State)
      .addNode("worker", async ({ section }) => ({ parts: [await ask("You write.", section)] }))
      .addNode("synthesiser", async ({ parts }) => ({
        answer: await ask("You put it together.", parts.join("\n\n")),
      }))
      .addConditionalEdges(
        START,
        () => Array.from({ length: WORKERS }, (_, i) => new Send("worker", { section: PART(i) })),
        ["worker"],
      )
      .addEdge("worker", "synthesiser")
      .addEdge("synthesiser", END)
      .compile({ checkpointer });
    let threads = 0;
    return async () => {
      const thread = `t${threads++}`;
      const { answer } = await graph.invoke({}, { configurable: { thread_id: thread } });
      await checkpointer?.deleteThread(thread);
      return answer;
    };
  },
  async langgraph_durable() {
    const { MemorySaver } = await import("@langchain/langgraph");
    return rivals.langgraph(new MemorySaver());
  },
};

const processor = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

const run = await rivals[process.argv[2]]();
async function some(count) {
  await tick();
  const before = processor();
  for (let i = 0; i < count; i++) {
    const answer = await run();
    if (answer !== FINAL) throw new Error(`The answer is ${JSON.stringify(answer)}`);
  }
  return (processor() - before) / count;
}
// Until the compilers have had their turn.
let [spent, runs] = [0, 0];
while (spent < 1_500_000) {
  spent += (await some(10)) * 10;
  runs += 10;
}
console.log(JSON.stringify({ us: await some(Math.max(20, runs)) }));
process.exit(0);
