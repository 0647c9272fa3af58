// troupe, its journal on. The model is a function of the application that reads the end of the request's body.
import { createTroupe, tool } from "troupe";
import { INSTRUCTION, SCHEMA, TASK, TOOL, completion, lookup, setting, turnOf } from "../workload.mjs";

/** The end of a body is all that tells the turn. */
const decoder = new TextDecoder();
const tail = (bytes) => decoder.decode(bytes.subarray(-1000));

export const options = {
  model: "scripted",
  instruction: INSTRUCTION,
  limits: { turns: 10_000 },
  pattern: "direct",
};

export function scripted() {
  return createTroupe({
    providers: {
      scripted: {
        call: (request) => {
          const turn = turnOf(tail(request.view));
          return setting.gate ? setting.gate(turn).then(() => completion(turn)) : completion(turn);
        },
      },
    },
    tools: [tool({ ...TOOL, input: SCHEMA, readOnly: true, run: ({ q }) => lookup(q) })],
  });
}

export async function prepare() {
  const troupe = await scripted();
  return async () => {
    const run = troupe.run(TASK, options);
    const { answer } = await run;
    if (!run.journal().includes('"kind":"end"')) throw new Error("The journal has no end.");
    return answer;
  };
}
