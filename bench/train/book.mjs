// Books of rows: what many features say of several heads at once is one of few rows, and a feature has but the number of
// its row, or none. Which row each gets, and what the rows are, is found together: by coordinate descent on the loss that
// the models were trained for (margin.mjs), where each number costs what it takes in the file. So a feature that is not
// worth its room gets none, and those that are left make up for it.
import { numbers } from "./margin.mjs";

/** Each row counts so many units at most. */
const LARGEST = 63;
/** From so many features, the strongest, the first rows are made. */
const STRONGEST = 30000;
/** How far what is beyond its margin holds a weight: it may come back. */
const BEYOND = 0.02;

/** `heads`: `{ known, input, targets, settings, model, share }`, a model of all features to begin with and how much the head
    counts; `size`: of the book; `price`: of a bit; `keyBits`: what it takes that a feature is there at all.
    Gives the model of each head, of what stands in the book, and the row of each feature that has one, from 1 on. */
export function makeBook(heads, { size, price, sweeps = 6, keyBits = () => 7 }) {
  const features = [...new Set(heads.flatMap(({ known }) => [...known.index.keys()]))];
  const sides = heads.map((head) => sideOf(head, features));
  const width = sides.reduce((sum, { outputs }) => sum + outputs, 0);
  sides.reduce((first, side) => ((side.first = first), first + side.outputs), 0);
  const row = new Float64Array(width);
  const slope = new Float64Array(width);
  const curve = new Float64Array(width);
  const look = (f) => {
    for (const side of sides) lookAt(side, f, row, slope, curve);
    return { row, slope, curve };
  };
  const effect = features.map((_, f) =>
    look(f).row.reduce((sum, weight, k) => sum + curve[k] * weight ** 2, 0),
  );
  // What matters least goes first: what is left takes its part.
  const order = features.map((_, f) => f).sort((a, b) => effect[a] - effect[b] || features[a] - features[b]);
  const book = firstBook(order.slice(-STRONGEST), look, size, width);
  const codes = new Uint8Array(features.length);
  const bits = features.map((hash) => price * keyBits(hash));
  for (let sweep = 0; sweep <= sweeps; sweep++) {
    // The last one is made with the rows as they stand in the file.
    if (sweep === sweeps) round(book, sides, size, width);
    const costs = costsOf(codes, size, price);
    for (const f of order) {
      look(f);
      for (let k = 0; k < width; k++) slope[k] = row[k] - slope[k] / curve[k];
      codes[f] = nearest(book, slope, curve, (code) => costs[code] + bits[f]);
      for (let k = 0; k < width; k++) row[k] = book[codes[f] * width + k] - row[k];
      for (const side of sides) move(side, [f], row, factorsOf(side, [f]));
    }
    if (sweep < sweeps) betterRows(book, sides, codes, size, width);
    for (const side of sides) betterBiases(side);
  }
  return {
    book: Array.from({ length: size - 1 }, (_, c) =>
      sides.flatMap(({ unit, first, outputs }) =>
        Array.from({ length: outputs }, (_, k) => Math.round(book[(c + 1) * width + first + k] / unit)),
      ),
    ),
    codes: new Map(features.map((hash, f) => [hash, codes[f]]).filter(([, code]) => code > 0)),
    models: sides.map((side, i) => modelOf(side, heads[i].known, features)),
  };
}

/** A head as the descent sees it: which documents have a feature, and what is said of each document. */
function sideOf({ known, input, targets, settings, model, share }, features) {
  const { outputs, margin, weightOf, scale } = settings;
  const place = new Int32Array(known.groups.length);
  features.forEach((hash, f) => known.index.has(hash) && (place[known.index.get(hash)] = f));
  const begin = new Int32Array(features.length + 1);
  for (const { at } of input) for (const each of at) begin[place[each] + 1]++;
  for (let f = 0; f < features.length; f++) begin[f + 1] += begin[f];
  const documents = new Int32Array(begin[features.length]);
  const next = begin.slice();
  input.forEach(({ at }, i) => at.forEach((each) => (documents[next[place[each]]++] = i)));
  const weights = new Float64Array(features.length * outputs);
  const pull = new Float64Array(features.length);
  for (const at of known.index.values()) {
    if (scale[at] === 0) continue;
    pull[place[at]] = share / scale[at] ** 2;
    for (let k = 0; k < outputs; k++) weights[place[at] * outputs + k] = model.weights[at * outputs + k];
  }
  const said = new Float64Array(input.length * outputs);
  const sign = Int8Array.from(said, (_, at) =>
    targets[Math.floor(at / outputs)][at % outputs] >= 0.5 ? 1 : -1,
  );
  const cost = said.map((_, at) => {
    const i = Math.floor(at / outputs);
    const counts = sign[at] > 0 ? 1 : Math.max(0.1, 1 - 4 * targets[i][at % outputs]);
    return 2 * share * margin * weightOf(i) * counts;
  });
  input.forEach(({ at, factor }, i) => {
    for (let k = 0; k < outputs; k++) {
      let sum = 0;
      for (const each of at) sum += weights[place[each] * outputs + k];
      said[i * outputs + k] = model.biases[k] + sum * factor;
    }
  });
  const factor = Float64Array.from(input, (row) => row.factor);
  return {
    outputs,
    share,
    begin,
    documents,
    factor,
    weights,
    pull,
    said,
    sign,
    cost,
    biases: Float64Array.from(model.biases),
  };
}

/** The weights of a feature, and the slope and the curvature of the loss there. */
function lookAt(
  { outputs, first, begin, documents, factor, weights, pull, said, sign, cost },
  f,
  row,
  slope,
  curve,
) {
  for (let k = 0; k < outputs; k++) {
    row[first + k] = weights[f * outputs + k];
    slope[first + k] = pull[f] * row[first + k];
    curve[first + k] = pull[f] + 1e-9;
  }
  for (let j = begin[f]; j < begin[f + 1]; j++) {
    const x = factor[documents[j]];
    for (let k = 0, at = documents[j] * outputs; k < outputs; k++, at++) {
      const left = 1 - sign[at] * said[at];
      if (left > 0) slope[first + k] -= cost[at] * x * sign[at] * left;
      curve[first + k] += cost[at] * x * x * (left > 0 ? 1 : BEYOND);
    }
  }
}

/** What features of one row count in each document. */
function factorsOf({ begin, documents, factor }, features) {
  if (features.length === 1) {
    const own = documents.subarray(begin[features[0]], begin[features[0] + 1]);
    return { own, factors: factor };
  }
  const factors = new Float64Array(factor.length);
  for (const f of features)
    for (let j = begin[f]; j < begin[f + 1]; j++) factors[documents[j]] += factor[documents[j]];
  return { own: Int32Array.from(factors.keys()).filter((i) => factors[i] > 0), factors };
}

function move({ outputs, first, weights, said }, features, change, { own, factors }) {
  for (const f of features) for (let k = 0; k < outputs; k++) weights[f * outputs + k] += change[first + k];
  for (const i of own)
    for (let k = 0; k < outputs; k++) said[i * outputs + k] += factors[i] * change[first + k];
}

/** Which row is nearest to what is wanted, and cheap. */
function nearest(book, wanted, curve, costOf) {
  let best = Infinity;
  let code = 0;
  const width = wanted.length;
  for (let c = 0; c * width < book.length; c++) {
    let distance = c > 0 ? costOf(c) : 0;
    for (let k = 0, at = c * width; k < width && distance < best; k++, at++)
      distance += 0.5 * curve[k] * (book[at] - wanted[k]) ** 2;
    if (distance < best) [best, code] = [distance, c];
  }
  return code;
}

/** What the number of a row costs: the more, the rarer it is. */
function costsOf(codes, size, price) {
  const counts = new Float64Array(size).fill(0.5);
  for (const code of codes) counts[code]++;
  const all = Math.max(1, codes.length - counts[0]);
  return counts.map((count) => price * Math.min(8, Math.max(0, Math.log2(all / count))));
}

/** Means of what is alike (k-means); row 0 is nothing. */
function firstBook(strong, look, size, width) {
  const rows = new Float64Array(strong.length * width);
  const curves = new Float64Array(strong.length * width);
  strong.forEach((f, i) => {
    const { row, curve } = look(f);
    rows.set(row, i * width);
    curves.set(curve, i * width);
  });
  const random = numbers(1);
  const any = () => {
    const i = Math.floor(random() * strong.length);
    return rows.subarray(i * width, (i + 1) * width);
  };
  const book = new Float64Array(size * width);
  for (let c = 1; c < size; c++) book.set(any(), c * width);
  for (let round = 0; round < 8; round++) {
    const sums = new Float64Array(size * width);
    const counts = new Float64Array(size * width);
    strong.forEach((_, i) => {
      const row = rows.subarray(i * width, (i + 1) * width);
      const curve = curves.subarray(i * width, (i + 1) * width);
      const code = nearest(book, row, curve, () => 0);
      for (let k = 0; k < width; k++) {
        sums[code * width + k] += curve[k] * row[k];
        counts[code * width + k] += curve[k];
      }
    });
    for (let c = 1; c < size; c++) {
      if (counts[c * width] === 0) book.set(any(), c * width);
      else for (let k = c * width; k < (c + 1) * width; k++) book[k] = sums[k] / counts[k];
    }
  }
  return book;
}

/** A step for each row, all features that have it at once. */
function betterRows(book, sides, codes, size, width) {
  const having = Array.from({ length: size }, () => []);
  codes.forEach((code, f) => having[code].push(f));
  const change = new Float64Array(width);
  for (let round = 0; round < 2; round++) {
    for (let c = 1; c < size; c++) {
      if (having[c].length === 0) continue;
      for (const side of sides) {
        const { outputs, first, pull, said, sign, cost } = side;
        const { own, factors } = factorsOf(side, having[c]);
        const pulled = having[c].reduce((sum, f) => sum + pull[f], 0);
        for (let k = 0; k < outputs; k++) {
          let slope = pulled * book[c * width + first + k];
          let curve = pulled + 1e-9;
          for (const i of own) {
            const at = i * outputs + k;
            const left = 1 - sign[at] * said[at];
            if (left > 0) slope -= cost[at] * factors[i] * sign[at] * left;
            curve += cost[at] * factors[i] ** 2 * (left > 0 ? 1 : BEYOND);
          }
          change[first + k] = -slope / curve;
          book[c * width + first + k] += change[first + k];
        }
        move(side, having[c], change, { own, factors });
      }
    }
  }
}

function betterBiases({ outputs, share, biases, said, sign, cost }) {
  for (let k = 0; k < outputs; k++) {
    for (let round = 0; round < 2; round++) {
      let slope = share * biases[k];
      let curve = share;
      for (let at = k; at < said.length; at += outputs) {
        const left = 1 - sign[at] * said[at];
        if (left <= 0) continue;
        slope -= cost[at] * sign[at] * left;
        curve += cost[at];
      }
      biases[k] -= slope / curve;
      for (let at = k; at < said.length; at += outputs) said[at] -= slope / curve;
    }
  }
}

/** In units of each head, as the file has them. */
function round(book, sides, size, width) {
  for (const side of sides) {
    const places = book
      .map((_, at) => at)
      .filter((at) => at % width >= side.first && at % width < side.first + side.outputs);
    side.unit = places.reduce((most, at) => Math.max(most, Math.abs(book[at])), 1e-6) / LARGEST;
    for (const at of places) book[at] = side.unit * Math.round(book[at] / side.unit);
  }
}

function modelOf({ outputs, weights, biases, unit }, known, features) {
  const own = new Float64Array(known.groups.length * outputs);
  features.forEach((hash, f) => {
    const at = known.index.get(hash);
    if (at === undefined) return;
    for (let k = 0; k < outputs; k++) own[at * outputs + k] = weights[f * outputs + k];
  });
  return { weights: own, biases, outputs, unit };
}
