// Sends two mails, prints the run's name while the third is under way, and waits to be killed.
import { createTroupe, fileJournal, tool } from "troupe";

const send = tool({
  name: "send",
  description: "",
  run: async ({ n }) => {
    if (n < 2) return `sent ${n}`;
    console.log(run.id);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
});
const call = (request) => {
  const done = request.json().messages.filter(({ role }) => role === "tool").length;
  return { toolCalls: [{ name: "send", arguments: { n: done } }] };
};
const troupe = await createTroupe({
  providers: { fake: { call } },
  tools: [send],
  journal: fileJournal(process.argv[2]),
});
const run = troupe.run("Mail.");
await run;
