// Who is measured: the file in this folder, and what a table calls it.

export const rivals = {
  hand: "hand-written loop, nothing kept",
  troupe: "troupe, journal on",
  aisdk: "Vercel AI SDK generateText, not durable",
  langgraph: "LangGraph, not durable",
  langgraph_durable: "LangGraph, durable (MemorySaver)",
};
