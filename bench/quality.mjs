// How often the analyser is right: on labelled tasks that training never saw, and on shapes of a domain that it never saw.
import { createTroupe } from "troupe";
import { heads as makeHeads, defaults } from "./train/heads.mjs";
import { featuresOf, names as readNames } from "./train/features.mjs";
import { untrainedFile } from "./train/file.mjs";
import { best, macroF1, rows, scores, train, vocabulary } from "./train/linear.mjs";
import { foldOf, isTest, labelledTasks, shapeTasks } from "./train/tasks.mjs";
import { readWords } from "./train/words.mjs";
import { number } from "./figures.mjs";
import { atLeast, atMost } from "./goals.mjs";

/** The tasks that were there first: the later ones are easier (bench/data/README.md). */
const FIRST = new Set(
  labelledTasks()
    .slice(0, 3034)
    .map(({ text }) => text),
);
const share = (list, holds) => list.filter(holds).length / list.length;
const two = (value) => value.toFixed(3);

export async function quality({ place }) {
  place("[own test]");
  const troupe = await createTroupe();
  const names = troupe.describe().names;
  const tests = labelledTasks().filter(isTest);
  const judged = tests.map((task) => {
    const analysis = troupe.analyze(task.text);
    return { task, analysis, patterns: troupe.decide(analysis).options.map(({ pattern }) => pattern) };
  });
  await troupe.dispose();

  const typeScore = (of) =>
    macroF1(
      of.map(({ analysis }) => names.type.indexOf(analysis.type)),
      of.map(({ task }) => names.type.indexOf(task.type)),
      names.type.length,
    );
  const typeF1 = typeScore(judged);
  const first = judged.filter(({ task }) => FIRST.has(task.text));
  const level = (complexity) => names.complexity.indexOf(complexity);
  const exact = share(judged, ({ task, analysis }) => task.complexity === analysis.complexity);
  const near = share(
    judged,
    ({ task, analysis }) => Math.abs(level(task.complexity) - level(analysis.complexity)) <= 1,
  );
  const recall = (risk) =>
    share(
      judged.filter(({ task }) => task.risk.includes(risk)),
      ({ analysis }) => analysis.risk.includes(risk),
    );
  const precision = (risk) =>
    share(
      judged.filter(({ analysis }) => analysis.risk.includes(risk)),
      ({ task }) => task.risk.includes(risk),
    );
  const capable = capabilityScores(judged, names.capability);
  const pattern = share(judged, ({ task, patterns }) => task.pattern === patterns[0]);
  const firstTwo = share(judged, ({ task, patterns }) => patterns.slice(0, 2).includes(task.pattern));

  const reliability = ["type", "complexity", "pattern"].map((head) => calibration(judged, head));
  place("[shapes]");
  const shapes = shapeScores();

  const tables = [
    {
      caption: `${tests.length} labelled tasks that training never saw (bench/data), as the shipped weights judge them.`,
      columns: ["", "measured"],
      rows: [
        ["type, macro F1", two(typeF1)],
        [`type, macro F1, the ${first.length} of them that are meant to be hard`, two(typeScore(first))],
        ["type, right", two(share(judged, ({ task, analysis }) => task.type === analysis.type))],
        ["complexity, exact", two(exact)],
        ["complexity, within one tier", two(near)],
        ...names.risk.map((risk) => [
          `${risk}: recall, precision`,
          `${two(recall(risk))}, ${two(precision(risk))}`,
        ]),
        ["capabilities: recall, precision", `${two(capable.recall)}, ${two(capable.precision)}`],
        ["capabilities, macro F1 of those that ten tasks or more need", two(capable.macro)],
        ["pattern, first", two(pattern)],
        ["pattern, first two", two(firstTwo)],
        [
          "pattern, first two, of those that are meant to be hard",
          two(share(first, ({ task, patterns }) => patterns.slice(0, 2).includes(task.pattern))),
        ],
      ],
    },
    {
      caption:
        "Reliability: of verdicts given with this probability, so many were right (and how many verdicts those were).",
      columns: ["", ...reliability[0].bins.map(({ from }) => `from ${Math.round(from * 100)} %`), "error"],
      rows: reliability.map(({ head, bins, error }) => [
        head,
        ...bins.map(({ count, right }) =>
          count === 0 ? "" : `${Math.round((right / count) * 100)} % (${count})`,
        ),
        two(error),
      ]),
    },
    {
      caption:
        "Shapes of public tasks (macro F1): trained on one domain and tested on another, and five folds within all.",
      columns: ["", "macro F1"],
      rows: Object.entries(shapes).map(([what, value]) => [what, two(value)]),
    },
  ];
  const goals = [
    atLeast("type, macro F1", typeF1, 0.85, two),
    atLeast("complexity, exact", exact, 0.75, two),
    atLeast("complexity, within one tier", near, 0.97, two),
    atLeast("destructive, recall", recall("destructive"), 0.98, two),
    atLeast("speaks to others, recall", recall("speaks_to_others"), 0.98, two),
    atLeast("pattern, first", pattern, 0.75, two),
    atLeast("pattern, first two", firstTwo, 0.92, two),
    atMost(
      "expected calibration error, the largest",
      Math.max(...reliability.map(({ error }) => error)),
      0.05,
      number,
    ),
    atLeast(
      "shape, huggingface to dailylifeapis",
      shapes["TaskBench huggingface → dailylifeapis"],
      0.62,
      two,
    ),
    atLeast(
      "shape, dailylifeapis to huggingface",
      shapes["TaskBench dailylifeapis → huggingface"],
      0.56,
      two,
    ),
    atLeast("shape, five folds", shapes["TaskBench, five folds"], 0.68, two),
  ];
  return { tables, goals };
}

/** Of all capabilities together, and each by itself. */
function capabilityScores(judged, capabilities) {
  const counts = capabilities.map((each) => {
    const needed = judged.filter(({ task }) => task.capabilities.includes(each));
    const said = judged.filter(({ analysis }) => analysis.capabilities.includes(each));
    const right = said.filter(({ task }) => task.capabilities.includes(each)).length;
    return { needed: needed.length, said: said.length, right };
  });
  const sum = (what) => counts.reduce((total, each) => total + each[what], 0);
  const usual = counts.filter(({ needed }) => needed >= 10);
  return {
    recall: sum("right") / sum("needed"),
    precision: sum("right") / sum("said"),
    macro:
      usual.reduce((total, each) => total + (2 * each.right) / (each.needed + each.said), 0) / usual.length,
  };
}

/** Expected calibration error over ten bins (Guo et al. 2017), of the probability of the verdict that was given. */
function calibration(judged, head) {
  const bins = Array.from({ length: 10 }, (_, i) => ({ from: i / 10, count: 0, right: 0, sum: 0 }));
  for (const { task, analysis } of judged) {
    const probability = (analysis.probability[head][analysis[head]] ?? 0) / 1000;
    const bin = bins[Math.min(9, Math.floor(probability * 10))];
    bin.count++;
    bin.sum += probability;
    if (analysis[head] === task[head]) bin.right++;
  }
  const error =
    bins.reduce((sum, { count, right, sum: said }) => sum + Math.abs(right - said), 0) / judged.length;
  return { head, bins: bins.slice(1), error };
}

function shapeScores() {
  const names = readNames();
  const untrained = untrainedFile(readWords(names.concepts), names);
  const head = { ...defaults, ...makeHeads(names).shape };
  const tasks = shapeTasks();
  const documents = featuresOf(
    tasks.map(({ text }) => text),
    untrained,
  );
  const from = (prefix) => tasks.map((_, i) => i).filter((i) => tasks[i].id.startsWith(prefix));
  const score = (learned, tested) => {
    const known = vocabulary(
      learned.map((i) => documents[i]),
      head.least,
    );
    const allowed = (at) => head.groups.includes(known.groups[at]);
    const targets = learned.map((i) => head.target(tasks[i]));
    const counts = names.shape.map((_, k) => targets.filter((y) => y[k] === 1).length);
    const weights = counts.map((count) => (count === 0 ? 0 : (learned.length / 4 / count) ** head.balance));
    const model = train(
      rows(
        learned.map((i) => documents[i]),
        known,
      ),
      targets,
      known.groups.length,
      {
        ...head,
        outputs: 4,
        exclusive: true,
        allowed,
        weightOf: (i) => weights[targets[i].indexOf(1)],
      },
    );
    const said = rows(
      tested.map((i) => documents[i]),
      known,
    ).map((row) => best(Array.from(scores(model, { ...row, at: row.at.filter(allowed) }))));
    return { said, actual: tested.map((i) => names.shape.indexOf(tasks[i].shape)) };
  };
  const f1 = ({ said, actual }) => macroF1(said, actual, 4);
  const folds = (all) => {
    const joined = { said: [], actual: [] };
    for (let fold = 0; fold < 5; fold++) {
      const inside = all.filter((i) => foldOf(tasks[i], 5) !== fold);
      const { said, actual } = score(
        inside,
        all.filter((i) => foldOf(tasks[i], 5) === fold),
      );
      joined.said.push(...said);
      joined.actual.push(...actual);
    }
    return f1(joined);
  };
  const [one, other] = [from("taskbench/huggingface"), from("taskbench/dailylifeapis")];
  return {
    "TaskBench huggingface → dailylifeapis": f1(score(one, other)),
    "TaskBench dailylifeapis → huggingface": f1(score(other, one)),
    "TaskBench, five folds": folds(from("taskbench/")),
    "NESTFUL, five folds": folds(from("nestful/")),
    "BFCL, five folds": folds(from("bfcl/")),
  };
}
