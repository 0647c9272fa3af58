// From the numbers in which the engine gives an analysis (core/task/analysis.hpp) to an object.
import type { Engine } from "./engine.js";
import { type Analysis, type Span, judged } from "./judgement.js";

/** Lists of names, as `describe` gives them. */
export interface Names {
  capability: Analysis["capabilities"];
  complexity: Analysis["complexity"][];
  pattern: Analysis["pattern"][];
  risk: Analysis["risk"];
  shape: Analysis["shape"][];
  thing: Analysis["things"][number]["kind"][];
  type: Analysis["type"][];
}

/** What is less likely is left out, in thousandths. */
const WORTH_NAMING = 1;

export class Analyst {
  readonly #names: Names;
  /** Of each probability in its order: what it is about, and which verdict. */
  readonly #verdicts: readonly (readonly [about: string, verdict: string])[];

  constructor(private readonly engine: Engine) {
    this.#names = (JSON.parse(engine.describe()) as { names: Names }).names;
    this.#verdicts = (["type", "complexity", "shape", "risk", "pattern"] as const).flatMap((about) =>
      this.#names[about].map((verdict) => [about, verdict] as const),
    );
  }

  analyze(task: string): Analysis {
    const numbers = this.engine.analyze(task);
    return typeof numbers === "string" ? judged<Analysis>(numbers) : this.#read(task, numbers);
  }

  #read(task: string, numbers: Int32Array): Analysis {
    const names = this.#names;
    let at = 9;
    const probabilities = <Name extends string>(of: readonly Name[]) => {
      const found: Partial<Record<Name, number>> = {};
      for (const name of of) {
        const each = numbers[at++]!;
        if (each >= WORTH_NAMING) found[name] = each;
      }
      return found;
    };
    const list = <Item>(read: () => Item): Item[] => {
      const count = numbers[at++]!;
      const found = new Array<Item>(count);
      for (let i = 0; i < count; i++) found[i] = read();
      return found;
    };
    const span = (): Span => [numbers[at++]!, numbers[at++]!];
    const risks = names.risk.filter((_, i) => (numbers[4]! >> i) & 1);
    const probability = {
      type: probabilities(names.type),
      complexity: probabilities(names.complexity),
      shape: probabilities(names.shape),
      risk: probabilities(names.risk),
      pattern: probabilities(names.pattern),
      server: numbers[at++]!,
    };
    const capabilities = list(() => names.capability[numbers[at++]!]!);
    const capability: Analysis["probability"]["capability"] = {};
    list(() => (capability[names.capability[numbers[at++]!]!] = numbers[at++]!));
    return {
      task,
      type: names.type[numbers[0]!]!,
      complexity: names.complexity[numbers[1]!]!,
      shape: names.shape[numbers[2]!]!,
      risk: risks.length > 0 ? risks : ["read_only"],
      pattern: names.pattern[numbers[3]!]!,
      server: numbers[5] === 1,
      steps: { least: numbers[6]!, likely: numbers[7]!, most: numbers[8]! },
      probability: { ...probability, capability },
      capabilities,
      things: list(() => {
        const kind = names.thing[numbers[at++]!]!;
        const [begin, end] = span();
        return { kind, span: [begin, end], text: task.slice(begin, end) };
      }),
      clauses: list(() => ({ span: span(), needs: list(() => numbers[at++]!) })),
      evidence: list(() => {
        const [about, verdict] = this.#verdicts[numbers[at++]!]!;
        return { about, verdict, span: span(), weight: numbers[at++]! };
      }),
    };
  }
}
