// Runs that a chat page has to show: with tools and questions, at once, given up, and broken.
import { createTroupe, memoryJournal, tool } from "troupe";
import { calls, says, scripted } from "./models.mjs";

/** A troupe that is gone when the test is over. */
export async function troupeFor(t, options) {
  const troupe = await createTroupe(options);
  t.after(() => troupe.dispose());
  return troupe;
}

/** A model as a list of replies. */
export const model = (...replies) => ({ providers: { m: { call: scripted(...replies).call } } });

export const look = tool({
  name: "look",
  description: "Looks.",
  readOnly: true,
  run: () => ({ seen: 3 }),
});

export const stumble = tool({
  name: "stumble",
  description: "Fails.",
  readOnly: true,
  run: () => {
    throw new Error("no floor");
  },
});

/** A troupe whose model deletes two files, one after the other, and whose tool is dangerous. */
export async function deleter(t, options = { journal: memoryJournal() }) {
  const deleted = [];
  const remove = tool({
    name: "delete_file",
    description: "Deletes a file.",
    input: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
    destructive: true,
    run: ({ path }) => (deleted.push(path), `deleted ${path}`),
  });
  const first = { text: "I delete both.", ...calls("delete_file", { path: "a.txt" }) };
  // By what was done and not by turns: a run that goes on asks with all that went before.
  const call = (request) => {
    const results = request.json().messages.filter(({ role }) => role === "tool");
    if (results.length === 0) return first;
    if (results.length === 1) return calls("delete_file", { path: "b.txt" });
    return says(results.map(({ content }) => content.slice(0, 30)).join("; "));
  };
  return {
    troupe: await troupeFor(t, { providers: { m: { call } }, tools: [remove], ...options }),
    deleted,
  };
}

/** Two agents at once, whose answer is a list that the engine puts together. */
export const both = {
  agents: [
    { name: "north", instruction: "A PRIVATE INSTRUCTION", part: "the north" },
    { name: "south", instruction: "You read the south.", part: "the south" },
  ],
  settings: { join: "list" },
};
