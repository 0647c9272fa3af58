// LangGraph's prebuilt agent, durable: MemorySaver keeps a checkpoint of every step.
import { MemorySaver } from "@langchain/langgraph";
import { prepareWith } from "./langgraph.mjs";

export const prepare = async () => prepareWith(new MemorySaver());
