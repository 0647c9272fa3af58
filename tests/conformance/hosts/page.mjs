// What runs in the browser's page.
import { createTroupe } from "troupe";
import { play } from "../scenarios.mjs";

globalThis.play = (url, env) => play(createTroupe, url, env);
