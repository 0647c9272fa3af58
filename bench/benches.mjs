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
};
