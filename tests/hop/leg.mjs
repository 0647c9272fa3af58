// One leg of a journey: takes a run up from its journal, goes on for some lines, and dies. The same for every host of the
// package; native_host.cpp does the same with the core itself.

/**
 * `journal` is empty for the first leg; `done` has what earlier legs did to the world, by idempotency key. Gives the
 * journal with at most `lines` more lines, whether the run has ended, and what this leg did.
 */
export async function leg({ createTroupe, tool }, { scenario, journal, lines, done }) {
  const most = countOf(journal) + lines;
  const effects = [];
  const act = (name, key) => {
    const { returns } = scenario.tools.find((each) => each.name === name);
    effects.push({ key, result: { text: returns } });
    return returns;
  };
  const performed = (key) =>
    done.find((each) => each.key === key) ?? effects.find((each) => each.key === key);

  let text = journal;
  let die;
  const died = new Promise((resolve) => (die = resolve));
  const troupe = await createTroupe({
    clock: () => scenario.now_ms,
    providers: {
      script: {
        model: "m",
        call: (request) =>
          scenario.turns[request.json().messages.filter(({ role }) => role === "assistant").length],
        prices: { m: { input: 0.1, output: 1 } },
      },
    },
    tools: scenario.tools.map(({ name, description, read_only, destructive, idempotent }) =>
      tool({
        name,
        description,
        input: { type: "object" },
        readOnly: read_only,
        destructive,
        idempotent,
        run: (_args, { key }) => act(name, key),
      }),
    ),
    approve: ({ tool: name }) => scenario.approvals[name],
    // Whether the call that is in doubt was made is known here; if it was not, it is made by hand.
    ask: ({ args }, { run, step }) => {
      const key = `${run}/${step}`;
      if (!performed(key)) act(args.tool, key);
      return { choice: "result", result: performed(key).result };
    },
    journal: {
      durable: true,
      open: async () => undefined,
      append: async (_run, at, bytes) => {
        const whole = text.slice(0, lengthOf(text, at)) + new TextDecoder().decode(bytes);
        text = firstLines(whole, most);
        if (text === whole) return;
        die();
        throw new Error("This host has died.");
      },
      close: async () => undefined,
      read: async () => journal || undefined,
      list: async () => [],
    },
  });
  const { run: id, seed, task, options } = scenario;
  const run = journal === "" ? troupe.run(task, { id, seed, ...options }) : troupe.resume(journal);
  const outcome = await Promise.race([run, died]);
  await troupe.dispose();
  return { journal: text, ended: outcome?.stop.reason === "done", effects };
}

const countOf = (text) => text.split("\n").length - 1;
const firstLines = (text, count) => text.match(/.*\n/g).slice(0, count).join("");
/** How many characters the first `bytes` bytes are. */
const lengthOf = (text, bytes) =>
  new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, bytes)).length;
