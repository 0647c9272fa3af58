// What runs inside workerd: plays a scenario for each request.
import { createTroupe } from "troupe";
import { play } from "../scenarios.mjs";

export default {
  async fetch(request) {
    const { url, env } = await request.json();
    try {
      await play(createTroupe, url, env);
      return new Response("played");
    } catch (error) {
      return new Response(String(error?.stack ?? error), { status: 500 });
    }
  },
};
