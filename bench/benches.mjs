// The benches by name: what each measures, how many rounds it takes for a steady median, and what it needs. A bench is
// imported when it runs, because the packages that it imports may not be installed before.

export const benches = {
  turns: {
    title: "CPU time a turn of a run, the longer the run the more",
    rounds: 5,
    needs: ["package"],
    measure: async (wish) => (await import("./turns.mjs")).turns(wish),
  },
  many: {
    title: "1,000 runs at once: CPU time, and memory that a waiting run holds",
    rounds: 5,
    needs: ["package"],
    measure: async (wish) => (await import("./many.mjs")).many(wish),
  },
  replay: {
    title: "journal entries a second, replayed and verified",
    rounds: 9,
    needs: ["package"],
    measure: async (wish) => (await import("./replay.mjs")).replay(wish),
  },
  size: {
    title: "what a browser loads",
    rounds: 1,
    needs: ["package"],
    measure: async (wish) => (await import("./size.mjs")).size(wish),
  },
  start: {
    title: "import, compile and first answer, in Node, Chromium and workerd",
    rounds: 21,
    needs: ["package", "chromium"],
    measure: async (wish) => (await import("./start.mjs")).start(wish),
  },
  quality: {
    title: "how often the analysis is right",
    rounds: 1,
    needs: ["package", "nativeTools"],
    measure: async (wish) => (await import("./quality.mjs")).quality(wish),
  },
  retrieval: {
    title: "how often the right server is found, and how fast",
    rounds: 1,
    needs: ["package"],
    measure: async (wish) => (await import("./retrieval.mjs")).retrieval(wish),
  },
  think: {
    title: "how long analysis, decision and search take",
    rounds: 1,
    needs: ["package", "nativeTools"],
    measure: async (wish) => (await import("./think.mjs")).think(wish),
  },
  patterns: {
    title: "ten agents side by side and a synthesiser; a plan of a hundred tasks",
    rounds: 5,
    needs: ["package"],
    measure: async (wish) => (await import("./patterns.mjs")).patterns(wish),
  },
  mcp: {
    title: "calls, connections and lists of MCP, beside the official clients",
    rounds: 5,
    needs: ["package"],
    measure: async (wish) => (await import("./mcp.mjs")).mcp(wish),
  },
  simulate: {
    title: "100,000 runs over all patterns in worlds where everything goes wrong",
    rounds: 1,
    needs: ["nativeTools"],
    measure: async (wish) => (await import("./simulate.mjs")).simulate(wish),
  },
  chaos: {
    title: "1,000 runs with vendors that fail three times in ten",
    rounds: 1,
    needs: ["nativeTools"],
    measure: async (wish) => (await import("./chaos.mjs")).chaos(wish),
  },
  learning: {
    title: "how soon choices follow outcomes",
    rounds: 1,
    needs: ["package"],
    measure: async (wish) => (await import("./learning.mjs")).learning(wish),
  },
};
