// What each head learns, from which tasks, by which settings. The settings were chosen by folds within the training part.

const oneOf = (values, value) => values.map((each) => Number(each === value));

export function heads(names) {
  const bounds = names.step_bounds;
  const bucket = (steps) => {
    const at = bounds.findIndex((bound) => steps <= bound);
    return at < 0 ? bounds.length - 1 : at;
  };
  return {
    // What is weak goes while it learns.
    type: {
      keep: 12000,
      least: 3,
      epochs: 25,
      balance: 0.7,
      l1: 4e-4,
      l2: 0,
      ridge: 1e-5,
      target: (t) =>
        names.type.map((x) =>
          x === t.type ? (t.also.length ? 0.85 : 1) : t.also.includes(x) ? 0.15 / t.also.length : 0,
        ),
    },
    complexity: { keep: 3000, groups: [0, 2, 4, 5, 6], target: (t) => oneOf(names.complexity, t.complexity) },
    // Words of a domain do not tell a shape in another one: the skeleton and the structure alone.
    shape: {
      keep: 2500,
      target: (t) => oneOf(names.shape, t.shape),
      groups: [4, 5],
      epochs: 3,
      rate: 0.1,
      balance: 0.85,
      least: 8,
      more: "shapes",
    },
    risk: { keep: 4500, target: (t) => names.risk.map((x) => Number(t.risk.includes(x))), recall: 0.996 },
    pattern: {
      keep: 5000,
      least: 3,
      epochs: 20,
      balance: 0.3,
      l1: 2e-4,
      l2: 0,
      ridge: 1e-5,
      target: (t) => names.pattern.map((x) => (x === t.pattern ? 0.85 : x === t.second ? 0.15 : 0)),
    },
    steps: {
      keep: 2500,
      target: (t) => {
        const [least, most] = t.steps.map(bucket);
        return bounds.map((_, i) => (i >= least && i <= most ? 1 / (most - least + 1) : 0));
      },
    },
    server: {
      keep: 4000,
      groups: [0, 1, 2, 3, 5, 6],
      epochs: 20,
      l2: 0,
      ridge: 5e-6,
      target: (t) => [Number(t.server)],
      recall: 0.98,
      more: "needs",
    },
    capabilities: {
      keep: 4200,
      target: (t) => names.capabilities.map((x) => Number(t.capabilities.includes(x))),
    },
  };
}

export const defaults = { epochs: 10, rate: 0.3, l2: 1e-4, least: 2, balance: 0 };
