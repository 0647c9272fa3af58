// Trains the analyser: bench/data and the public shapes in, core/task/tables.bin out. Deterministic: same data, same file.
//
//     npm run train
import { writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { makeBook } from "./book.mjs";
import { featuresOf, names as readNames } from "./features.mjs";
import { tablesFile, untrainedFile } from "./file.mjs";
import { BOOK, defaults, heads as makeHeads } from "./heads.mjs";
import { rounded, rows, scores, sigmoid, softmax, train, vocabulary, worthKeeping } from "./linear.mjs";
import { counting, trainMargins } from "./margin.mjs";
import {
  briefTasks,
  foldOf,
  isTest,
  labelledTasks,
  needTasks,
  phrases,
  shapeTasks,
  toolTasks,
} from "./tasks.mjs";
import { readWords } from "./words.mjs";

const folds = 3;
/** What a feature's key takes in the file, in bits. */
const KEY_BITS = 7;
const target = new URL("../../core/task/tables.bin", import.meta.url);

const names = readNames();
const words = readWords(names.concepts);
const untrained = untrainedFile(words, names);

const own = labelledTasks().filter((task) => !isTest(task));
const more = {
  shapes: shapeTasks(),
  needs: needTasks(),
  phrases: phrases(),
  brief: briefTasks(),
  tools: toolTasks(),
};
const textsOf = (tasks) => tasks.map(({ text }) => text);
const ownDocuments = featuresOf(textsOf(own), untrained);
const moreDocuments = Object.fromEntries(
  Object.entries(more).map(([name, tasks]) => [name, featuresOf(textsOf(tasks), untrained)]),
);

const features = new Map();
const biases = new Array(names.outputs).fill(0);
const thresholds = biases.map(() => 500);
const scales = [];
const all = makeHeads(names);
const lessons = names.heads.map((range) => {
  const each = lesson(range);
  const wholes = once((fold) => wholeModel(each, fold));
  const masks = once((fold) =>
    worthKeeping(wholes(fold).model, wholes(fold).input, each.head.keep, each.head.frequent),
  );
  return { ...each, wholes, masks };
});
const inBook = lessons.filter(({ head }) => head.inBook);
const books = once(bookOf);
lessons.forEach(learn);

const { book, codes } = books();
const file = tablesFile({ words, book, codes, features, biases, scales, thresholds });
writeFileSync(target, file);
const packed = brotliCompressSync(file, {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 },
});
let weights = 0;
for (const row of features.values()) weights += row.length;
console.log(
  `${words.size} words, ${codes.size} features with a row, ${features.size} with ${weights} other weights: ${file.length} bytes, ${packed.length} in brotli`,
);

/** What a head learns from: its tasks, what features they have, and what it should say of them. */
function lesson(range) {
  const head = { ...defaults, ...all[range.name] };
  const added = head.more ?? [];
  const tasks = [...own, ...added.flatMap((name) => more[name])];
  const docs = [...ownDocuments, ...added.flatMap((name) => moreDocuments[name])];
  return { range, head, tasks, docs, targets: tasks.map((task) => head.target(task)) };
}

/** A model with all that is known of the tasks outside of a fold; of all tasks without one. */
function wholeModel({ range, head, tasks, docs, targets }, fold) {
  const chosen = tasks.map((_, i) => i).filter((i) => fold === undefined || foldOf(tasks[i], folds) !== fold);
  const part = chosen.map((i) => docs[i]);
  const known = vocabulary(part, head.least);
  const own = chosen.map((i) => targets[i]);
  const weights = balance(own, head.balance);
  const settings = {
    ...head,
    outputs: range.count,
    exclusive: range.exclusive,
    allowed: head.groups && ((at) => head.groups.includes(known.groups[at])),
    weightOf: (i) => weights(i) * (tasks[chosen[i]].weight ?? 1),
  };
  const input = rows(part, known);
  if (head.margin) settings.scale = counting(input, known.groups, head);
  const learnWith = (mask) =>
    (head.margin ? trainMargins : train)(input, own, known.groups.length, { ...settings, mask });
  return { known, input, targets: own, settings, learnWith, model: learnWith() };
}

/** The rows of the heads that are in the book. Where another head keeps a feature, its key costs nothing. */
function bookOf(fold) {
  const kept = new Set();
  for (const { range, head, wholes, masks } of lessons) {
    if (head.inBook) continue;
    for (const [hash, at] of wholes(fold).known.index)
      if (
        masks(fold)
          .subarray(at * range.count, (at + 1) * range.count)
          .includes(1)
      )
        kept.add(hash);
  }
  return makeBook(
    inBook.map(({ head, wholes }) => ({ ...wholes(fold), share: head.inBook })),
    { ...BOOK, keyBits: (hash) => (kept.has(hash) ? 0 : KEY_BITS) },
  );
}

function learn({ range, head, tasks, docs, targets, wholes, masks }) {
  // Twice: first with all that is known, then with what proved worth its place in the file, rounded as it stands there.
  const fit = (fold) => {
    const { known, learnWith } = wholes(fold);
    if (head.inBook)
      return { known, model: books(fold).models[inBook.findIndex((each) => each.head === head)] };
    return { known, model: rounded(learnWith(masks(fold)), head) };
  };
  // What the model says of tasks that it did not see: calibration and thresholds come from these alone.
  const seen = [];
  for (let fold = 0; fold < folds; fold++) {
    const { known, model } = fit(fold);
    for (let i = 0; i < (head.best ? tasks : own).length; i++) {
      if (foldOf(tasks[i], folds) === fold)
        seen.push({ z: Array.from(scores(model, rows([docs[i]], known)[0])), y: targets[i] });
    }
  }
  // What is said of a verdict has to hold of the label, not of what else would have done.
  const hard = (y) => (range.exclusive ? y.map((each) => Number(each === Math.max(...y))) : y);
  const temperature = calibrate(
    seen.map(({ z, y }) => ({ z, y: hard(y) })),
    range.exclusive,
  );
  if (!range.exclusive) {
    for (let k = 0; k < range.count; k++) {
      if (head.best)
        thresholds[range.first + k] = bestThreshold(
          seen.map(({ z, y }) => [sigmoid(z[k] * temperature), y[k]]),
        );
      if (head.recall)
        thresholds[range.first + k] = threshold(
          seen.map(({ z, y }) => [sigmoid(z[k] * temperature), y[k]]),
          head.recall[k],
        );
    }
  }
  const { known, model } = fit();
  if (!head.inBook) write(range, known, model);
  scales.push(Math.round(model.unit * temperature * 4096));
  model.biases.forEach((bias, k) => (biases[range.first + k] = Math.round(bias * temperature * 1024)));
  const right = seen.filter(({ z, y }) => z.indexOf(Math.max(...z)) === y.indexOf(Math.max(...y))).length;
  console.log(
    `${range.name}: temperature ${temperature.toFixed(2)}${range.exclusive ? `, ${((100 * right) / seen.length).toFixed(1)} % right in folds` : `, thresholds ${thresholds.slice(range.first, range.first + range.count).slice(0, 4)}`}`,
  );
}

/** Remembers what it made for each fold. */
function once(make) {
  const made = new Map();
  return (fold) => {
    if (!made.has(fold)) made.set(fold, make(fold));
    return made.get(fold);
  };
}

/** Rare classes weigh more: to the power of `by`, 0 not at all, 1 so that all weigh the same. */
function balance(targets, by) {
  const counts = targets[0].map((_, k) => targets.reduce((sum, y) => sum + y[k], 0));
  const weights = counts.map((count) => (targets.length / counts.length / Math.max(1, count)) ** by);
  return (i) => targets[i].reduce((sum, y, k) => sum + y * weights[k], 0) || 1;
}

/** The factor to the odds that makes unseen tasks likeliest (Guo et al. 2017, temperature scaling). */
function calibrate(seen, exclusive) {
  let best = [Infinity, 1];
  for (let t = 0.2; t <= 8; t *= 1.05) {
    let loss = 0;
    for (const { z, y } of seen) {
      const scaled = z.map((each) => each * t);
      const p = exclusive ? softmax(scaled) : scaled.map(sigmoid);
      for (let k = 0; k < y.length; k++) {
        loss -= y[k] * Math.log(Math.max(1e-9, p[k]));
        if (!exclusive) loss -= (1 - y[k]) * Math.log(Math.max(1e-9, 1 - p[k]));
      }
    }
    if (loss < best[0]) best = [loss, t];
  }
  return best[1];
}

/** The highest probability, in thousandths, from which on so many of the true ones are found; half at most. */
function threshold(pairs, recall) {
  const found = pairs
    .filter(([, y]) => y >= 0.5)
    .map(([p]) => p)
    .sort((a, b) => a - b);
  const at = found[Math.floor(found.length * (1 - recall))] ?? 0.5;
  return Math.max(5, Math.min(500, Math.floor(at * 1000)));
}

/** The probability, in thousandths, from which on precision and recall are best together (F1); half at most. */
function bestThreshold(pairs) {
  const all = pairs.filter(([, y]) => y >= 0.5).length;
  let best = [0, 500];
  for (let least = 100; least <= 500; least += 10) {
    const found = pairs.filter(([p]) => p * 1000 >= least);
    const right = found.filter(([, y]) => y >= 0.5).length;
    const f1 = (2 * right) / (found.length + all);
    if (f1 > best[0]) best = [f1, least];
  }
  return best[1];
}

function write(range, known, { weights, unit }) {
  for (const [hash, at] of known.index) {
    for (let k = 0; k < range.count; k++) {
      const value = Math.round(weights[at * range.count + k] / unit);
      if (value === 0) continue;
      if (!features.has(hash)) features.set(hash, []);
      features.get(hash).push([range.first + k, value]);
    }
  }
}
