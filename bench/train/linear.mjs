// Linear models over sparse features: multinomial and independent logistic regression by AdaGrad.

/** A vocabulary of the features that at least `least` of the documents have. */
export function vocabulary(documents, least) {
  const seen = new Map();
  for (const { hash, group } of documents) {
    for (let i = 0; i < hash.length; i++) {
      const entry = seen.get(hash[i]);
      if (entry) entry.count++;
      else seen.set(hash[i], { count: 1, group: group[i] });
    }
  }
  const index = new Map();
  const groups = [];
  for (const [hash, { count, group }] of seen) {
    if (count < least) continue;
    index.set(hash, groups.length);
    groups.push(group);
  }
  return { index, groups: Uint8Array.from(groups) };
}

/** The documents as rows: indexes of the known features, and the factor that evens lengths out. */
export function rows(documents, { index }) {
  return documents.map(({ hash, count }) => {
    const at = [];
    for (const each of hash) {
      const known = index.get(each);
      if (known !== undefined) at.push(known);
    }
    return { at: Int32Array.from(at), factor: 1 / Math.sqrt(Math.max(16, count)) };
  });
}

/** Natural logarithms of odds, before calibration. */
export function scores(model, row, out = new Float64Array(model.outputs)) {
  const { weights, biases, outputs } = model;
  out.fill(0);
  for (const at of row.at) for (let k = 0, w = at * outputs; k < outputs; k++) out[k] += weights[w + k];
  for (let k = 0; k < outputs; k++) out[k] = out[k] * row.factor + biases[k];
  return out;
}

export function softmax(z) {
  const most = Math.max(...z);
  const e = Array.from(z, (each) => Math.exp(each - most));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((each) => each / sum);
}

export const sigmoid = (z) => 1 / (1 + Math.exp(-z));

/** `targets[i]`: what each output should be, 0 to 1, or null if the document is not labelled for this. */
export function train(
  rows,
  targets,
  size,
  {
    outputs,
    exclusive,
    allowed,
    epochs = 12,
    rate = 0.5,
    l2 = 1e-5,
    l1 = 0,
    ridge = 0,
    seed = 1,
    mask,
    weightOf = () => 1,
  },
) {
  const model = { weights: new Float64Array(size * outputs), biases: new Float64Array(outputs), outputs };
  const { weights, biases } = model;
  const squares = new Float64Array(size * outputs).fill(1e-6);
  const biasSquares = new Float64Array(outputs).fill(1e-6);
  const order = rows.map((_, i) => i).filter((i) => targets[i]);
  let state = seed >>> 0;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const z = new Float64Array(outputs);
  const use = rows.map((row) => (allowed ? { ...row, at: row.at.filter((at) => allowed(at)) } : row));
  // A weight is pulled back when its feature is seen: a rare one as much in an epoch as a frequent one.
  const pull = new Float64Array(size);
  for (const i of order) for (const at of use[i].at) pull[at]++;
  for (let at = 0; at < size; at++) pull[at] = l2 + (pull[at] > 0 ? (ridge * order.length) / pull[at] : 0);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const k = Math.floor(random() * (i + 1));
      [order[i], order[k]] = [order[k], order[i]];
    }
    for (const i of order) {
      const row = use[i];
      scores(model, row, z);
      const p = exclusive ? softmax(z) : Array.from(z, sigmoid);
      const importance = weightOf(i);
      for (let k = 0; k < outputs; k++) {
        const g = (p[k] - targets[i][k]) * importance;
        biasSquares[k] += g * g;
        biases[k] -= (rate * g) / Math.sqrt(biasSquares[k]) / 4;
        if (Math.abs(g) < 1e-4) continue;
        const gf = g * row.factor;
        for (const at of row.at) {
          const w = at * outputs + k;
          if (mask && mask[w] === 0) continue;
          const gw = gf + pull[at] * weights[w];
          squares[w] += gw * gw;
          const step = rate / Math.sqrt(squares[w]);
          let next = weights[w] - step * gw;
          if (l1 > 0) {
            const shrink = step * l1;
            next = next > shrink ? next - shrink : next < -shrink ? next + shrink : 0;
          }
          weights[w] = next;
        }
      }
    }
  }
  return model;
}

/** In how many of the rows each of `size` features occurs. */
export function frequencies(rows, size) {
  const frequency = new Float64Array(size);
  for (const row of rows) for (const at of row.at) frequency[at]++;
  return frequency;
}

/** Which weights are worth keeping: the `most` with the largest effect over all documents. `frequent`: the power of how
    often a feature occurs that this is judged by. */
export function worthKeeping(model, rows, most, frequent = 0.5) {
  const { weights, outputs } = model;
  const frequency = frequencies(rows, weights.length / outputs);
  const effect = Float64Array.from(
    weights,
    (weight, w) => Math.abs(weight) * frequency[Math.floor(w / outputs)] ** frequent,
  );
  const least = effect.slice().sort().at(-Math.min(most, effect.length));
  return Uint8Array.from(effect, (each) => (each > 0 && each >= least ? 1 : 0));
}

/** Weights as they stand in the file: so many units, `largest` at most, of which few weights are larger than that. */
export function rounded(model, { largest }) {
  const sizes = model.weights
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort();
  const unit = sizes[Math.floor(sizes.length * 0.997)] / largest;
  const weights = model.weights.map(
    (weight) => unit * Math.max(-largest, Math.min(largest, Math.round(weight / unit))),
  );
  return { ...model, weights, unit };
}

export function macroF1(predicted, actual, classes) {
  let sum = 0;
  let count = 0;
  for (let c = 0; c < classes; c++) {
    let tp = 0,
      fp = 0,
      fn = 0;
    for (let i = 0; i < actual.length; i++) {
      if (predicted[i] === c && actual[i] === c) tp++;
      else if (predicted[i] === c) fp++;
      else if (actual[i] === c) fn++;
    }
    if (tp + fn === 0) continue;
    count++;
    sum += tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn);
  }
  return sum / count;
}

export const best = (z) => z.indexOf(Math.max(...z));
