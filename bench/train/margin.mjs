// Linear models with a wide margin: one against the rest for each output, by dual coordinate descent for the squared hinge
// loss (Hsieh et al. 2008). They need no rate, and rare features tell them more than they tell a logistic regression.

import { frequencies } from "./linear.mjs";

/** `targets[i]`: what each output should be, 0 to 1; what would also have done counts less against it. `scale`: what a
    feature counts. Weights come out for features that count 1 each. */
export function trainMargins(
  rows,
  targets,
  size,
  { outputs, margin, scale, mask, weightOf = () => 1, epochs = 15, seed = 1 },
) {
  const model = { weights: new Float64Array(size * outputs), biases: new Float64Array(outputs), outputs };
  const { at, begin, value } = flat(rows, scale);
  const norms = new Float64Array(rows.length);
  const alphas = new Float64Array(rows.length);
  const rest = new Uint8Array(rows.length);
  const own = new Float64Array(size);
  for (let k = 0; k < outputs; k++) {
    const used = mask ? value.map((each, i) => (mask[at[i] * outputs + k] ? each : 0)) : value;
    rows.forEach((_, i) => {
      norms[i] = 1;
      for (let j = begin[i]; j < begin[i + 1]; j++) norms[i] += used[j] * used[j];
    });
    own.fill(0);
    alphas.fill(0);
    rest.fill(0);
    let bias = 0;
    const order = rows.map((_, i) => i);
    const random = numbers(seed);
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (let i = order.length - 1; i > 0; i--) {
        const j = Math.floor(random() * (i + 1));
        [order[i], order[j]] = [order[j], order[i]];
      }
      for (const i of order) {
        // What is far on its own side is looked at again later.
        if (rest[i] > 0) {
          rest[i]--;
          continue;
        }
        const target = targets[i][k];
        const sign = target >= 0.5 ? 1 : -1;
        const counts = weightOf(i) * (sign > 0 ? 1 : Math.max(0.1, 1 - 4 * target));
        const slack = 1 / (2 * margin * counts);
        let sum = bias;
        for (let j = begin[i]; j < begin[i + 1]; j++) sum += own[at[j]] * used[j];
        const before = alphas[i];
        const slope = sign * sum - 1 + slack * before;
        alphas[i] = Math.max(0, before - slope / (norms[i] + slack));
        const step = (alphas[i] - before) * sign;
        if (step === 0) {
          rest[i] = 3;
          continue;
        }
        bias += step;
        for (let j = begin[i]; j < begin[i + 1]; j++) own[at[j]] += step * used[j];
      }
    }
    model.biases[k] = bias;
    for (let f = 0; f < size; f++) {
      if (!mask || mask[f * outputs + k]) model.weights[f * outputs + k] = own[f] * scale[f];
    }
  }
  return model;
}

/** What each feature counts: as its group does, and the more the rarer it is. */
export function counting(rows, groups, { counts, rare }) {
  const frequency = frequencies(rows, groups.length);
  return Float64Array.from(
    groups,
    (group, at) => counts[group] * (Math.log(rows.length / Math.max(1, frequency[at])) / 3) ** rare,
  );
}

function flat(rows, scale) {
  const begin = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => (begin[i + 1] = begin[i] + row.at.length));
  const at = new Int32Array(begin[rows.length]);
  const value = new Float64Array(at.length);
  rows.forEach((row, i) => {
    at.set(row.at, begin[i]);
    for (let j = begin[i]; j < begin[i + 1]; j++) value[j] = row.factor * scale[at[j]];
  });
  return { at, begin, value };
}

/** Numbers from 0 to 1 that look random, the same each time. */
export function numbers(seed) {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}
