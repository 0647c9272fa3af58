// What each runtime does: a process that dies and is started again, a run that hears its stderr, a server of this process.
import { createTroupe } from "troupe";
import { createServer } from "troupe/server";

const server = new URL("./server.mjs", import.meta.url).pathname;
const pid = (request) => {
  const asked = request.json().messages.some(({ role }) => role === "tool");
  return asked ? { text: "done" } : { toolCalls: [{ name: "pid", arguments: {} }] };
};
const troupe = await createTroupe({
  servers: {
    process: { command: process.env.NODE, args: [server], env: { NOTES: process.env.NOTES } },
    own: createServer({ tools: [{ name: "hi", description: "Greets.", run: () => "hello" }] }),
  },
  providers: { fake: { call: pid } },
});
const textOf = ({ content }) => content[0].text;
const logs = [];
const run = troupe.run("Which process is it?", { approvals: "allow", pattern: "direct" });
for await (const event of run) if (event.type === "log") logs.push(event.text);
const { answer } = await run;
const died = await troupe
  .server("process")
  .call("pid", { die: true })
  .catch(({ message }) => message);
const last = Number(textOf(await troupe.server("process").call("pid")));
const hello = textOf(await troupe.server("own").call("hi"));
await troupe.dispose();
let alive = true;
try {
  process.kill(last, 0);
} catch {
  alive = false;
}
console.log(JSON.stringify({ answer, logs, died, hello, alive }));
