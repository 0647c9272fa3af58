// What the conformance suite starts as the client: troupe, and what a scenario wants done with it. The last argument is
// the server's address; the environment says which scenario it plays.
import { createTroupe } from "../../wasm/dist/node.js";
import { play } from "./scenarios.mjs";

await play(createTroupe, process.argv.at(-1), process.env);
