// What each head learns, from which tasks, by which settings. The settings were chosen by folds within the training part.

/** The rows that features have of the heads that are `inBook`, each of which counts so much: how many, of nothing one of
    them, and the price of a bit of the file. A lower one gives more features a row. */
export const BOOK = { size: 256, price: 0.06 };

const oneOf = (values, value) => values.map((each) => Number(each === value));

export function heads(names) {
  const bounds = names.step_bounds;
  const bucket = (steps) => {
    const at = bounds.findIndex((bound) => steps <= bound);
    return at < 0 ? bounds.length - 1 : at;
  };
  return {
    // Words and pairs of words count more than how they stand: word, pair, concept, pair of concepts, skeleton, structure,
    // part of a word.
    type: {
      inBook: 1,
      least: 3,
      margin: 1,
      counts: [1.5, 1.5, 1, 0.7, 0.7, 0.7, 1.5],
      rare: 0.5,
      more: ["phrases", "brief", "tools"],
      target: (t) =>
        names.type.map((x) =>
          x === t.type ? (t.also.length ? 0.85 : 1) : t.also.includes(x) ? 0.15 / t.also.length : 0,
        ),
    },
    complexity: { keep: 1900, margin: 1, target: (t) => oneOf(names.complexity, t.complexity) },
    // Words of a domain do not tell a shape in another one: the skeleton and the structure alone.
    shape: {
      keep: 2200,
      target: (t) => oneOf(names.shape, t.shape),
      groups: [4, 5],
      epochs: 3,
      rate: 0.1,
      balance: 0.85,
      least: 8,
      more: ["shapes"],
    },
    // What cannot be undone and what others see is missed least.
    risk: {
      keep: 4200,
      margin: 1,
      more: ["brief", "tools"],
      target: (t) => names.risk.map((x) => Number(t.risk.includes(x))),
      // It writes, destroys, spends money, speaks to others.
      recall: [0.9, 0.985, 0.92, 0.993],
    },
    pattern: {
      keep: 2400,
      least: 3,
      margin: 1,
      target: (t) => names.pattern.map((x) => (x === t.pattern ? 0.85 : x === t.second ? 0.15 : 0)),
    },
    steps: {
      keep: 1000,
      target: (t) => {
        const [least, most] = t.steps.map(bucket);
        return bounds.map((_, i) => (i >= least && i <= most ? 1 / (most - least + 1) : 0));
      },
    },
    server: {
      inBook: 6,
      margin: 0.5,
      counts: [1.5, 1.5, 1, 0.7, 0.7, 0.7, 1.5],
      rare: 0.3,
      target: (t) => [Number(t.server)],
      recall: [0.97],
      more: ["needs", "tools"],
    },
    capabilities: {
      keep: 4500,
      margin: 1,
      more: ["tools"],
      best: true,
      target: (t) => names.capabilities.map((x) => Number(t.capabilities.includes(x))),
    },
  };
}

export const defaults = {
  largest: 7,
  frequent: 0.8,
  epochs: 10,
  rate: 0.3,
  l2: 1e-4,
  least: 2,
  balance: 0,
  counts: [1, 1, 1, 1, 1, 1, 1],
  rare: 0,
};
