// Reads server-sent events as they come.

/** Gives `{ event, data, at }` for each event, and `{ comment }` for comments. */
export async function* eventsOf(response) {
  let text = "";
  const decoder = new TextDecoder();
  for await (const piece of response.body) {
    text += decoder.decode(piece, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      const of = (name) =>
        lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length));
      const data = of("data: ").join("\n");
      if (lines[0].startsWith(":")) yield { comment: lines[0].slice(1).trim() };
      else yield { event: of("event: ")[0], data, json: JSON.parse(data), at: performance.now() };
    }
  }
}

/** All events, and the journal that the entries are. */
export async function wholeRun(response, journal = "") {
  const events = [];
  for await (const event of eventsOf(response)) {
    events.push(event);
    if (event.event === "entry") journal += `${event.data}\n`;
  }
  const ended = events.find(({ event }) => event === "ended")?.json;
  return { events, journal, ended };
}
