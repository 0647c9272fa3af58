// LangGraph's scripted model, which answers without a call of its tool.
import { prepare } from "../rivals/langgraph.mjs";
import { setting } from "../workload.mjs";

export async function first() {
  setting.turns = 0;
  return (await prepare())();
}
