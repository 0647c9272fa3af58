// The work that everybody does: a model that answers at once, a tool that answers at once, N turns and a final answer.

export const INSTRUCTION =
  "You are a careful research assistant. Call the lookup tool for each item, then summarise the findings for the user.";
export const TASK = "Look up every item in the list and report what you found.";
export const TOOL = { name: "lookup", description: "Look up one item in the catalogue by name." };
export const SCHEMA = {
  type: "object",
  properties: { q: { type: "string" } },
  required: ["q"],
  additionalProperties: false,
};
export const FINAL = "All items were looked up; everything is in order.";

/** How many turns the measured runs have. */
export const LENGTHS = [50, 200, 800];

export const argumentsOf = (turn) => ({ q: `item number ${turn}` });
export const lookup = (q) =>
  `Found entry for ${q}: status ok, score 0.87, owner team-blue, updated yesterday.`;

/** What one measurement sets: how many tool calls come before the answer, and a gate in front of the model. */
export const setting = { turns: 2, gate: undefined };

/** Which turn a request is: one more than the last call that it has the result of. */
export function turnOf(body) {
  const at = body.lastIndexOf('"call_');
  return at < 0 ? 0 : Number.parseInt(body.slice(at + 6, at + 14), 10) + 1;
}

/** The reply of a chat-completions server, as JSON. */
export function completion(turn) {
  const done = turn >= setting.turns;
  const call = {
    id: `call_${turn}`,
    type: "function",
    function: { name: TOOL.name, arguments: JSON.stringify(argumentsOf(turn)) },
  };
  const message = done
    ? { role: "assistant", content: FINAL, refusal: null }
    : { role: "assistant", content: null, refusal: null, tool_calls: [call] };
  return JSON.stringify({
    id: `chatcmpl-${turn}`,
    object: "chat.completion",
    created: 1760000000,
    model: "scripted",
    choices: [{ index: 0, message, logprobs: null, finish_reason: done ? "stop" : "tool_calls" }],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
  });
}
