// For bundles that workerd runs.

/** workerd compiles modules at deployment and forbids it later, so the .wasm stays an import. */
export const wasmBeside = {
  name: "wasm beside",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\.wasm$/ }, () => ({ path: "./troupe.wasm", external: true })),
};
