// Models that answer by a script, as functions: deterministic, and they show what they were sent.

/** Gives the replies one after the other; a function gets the request. The last one is given again and again. */
export function scripted(...replies) {
  const requests = [];
  const call = async (request) => {
    const reply = replies[Math.min(requests.length, replies.length - 1)];
    requests.push(request.json());
    return typeof reply === "function" ? reply(request) : reply;
  };
  return { call, requests };
}

/** A turn that calls one tool. */
export const calls = (name, args = {}) => ({ toolCalls: [{ name, arguments: args }] });

/** A turn that says something. */
export const says = (text, usage) => ({ text, ...(usage && { usage }) });

/** All events of a run. */
export async function eventsOf(run) {
  const events = [];
  for await (const event of run) events.push(event);
  return events;
}

/** The journal's lines as objects. */
export const linesOf = (journal) =>
  journal
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
