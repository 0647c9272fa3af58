// What the conformance suite starts as the client: troupe, and what a scenario wants done with it. The last argument is
// the server's address; the environment says which scenario it plays, and in which host.
import { createTroupe } from "../../wasm/dist/node.js";
import { play } from "./scenarios.mjs";

const url = process.argv.at(-1);
const host = process.env.TROUPE_CONFORMANCE_HOST;
if (host === undefined) {
  await play(createTroupe, url, process.env);
} else {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("MCP_")));
  const response = await fetch(host, { method: "POST", body: JSON.stringify({ url, env }) });
  const said = await response.text();
  if (!response.ok) throw new Error(said);
}
