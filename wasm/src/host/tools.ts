// Calls of the application's tools.
import { sentenceOf } from "../errors.js";
import type { Engine } from "../engine.js";
import { textOf } from "../frames.js";
import { Leaving } from "../leaving.js";
import { isPromise } from "../promise.js";
import type { CommandOf } from "../protocol.js";
import { jsonOf } from "../result.js";
import { type Validated, issuesText } from "../schema.js";
import type { Tool, ToolContext } from "../tool.js";

class Call extends Leaving implements ToolContext {
  readonly run: string;
  readonly step: string;
  readonly key: string;

  constructor({ run, step, key }: CommandOf<"tool.call">) {
    super();
    this.run = run;
    this.step = step;
    this.key = key;
  }
}

export class Tools {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #open = new Map<number, Call>();

  constructor(
    private readonly engine: Pick<Engine, "post">,
    tools: readonly Tool[],
  ) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
  }

  has(name: string): boolean {
    return this.#tools.has(name);
  }

  call(command: CommandOf<"tool.call">, body: Uint8Array): void {
    const { id } = command;
    const tool = this.#tools.get(command.tool);
    if (!tool) return this.#failed(id, new Error(`The application has no tool "${command.tool}".`));
    const call = new Call(command);
    let result: unknown;
    try {
      result = run(tool, JSON.parse(textOf(body)), call);
    } catch (error) {
      return this.#failed(id, error);
    }
    if (!isPromise(result)) return this.#done(id, result);
    this.#open.set(id, call);
    result.then(
      (value) => this.#open.delete(id) && this.#done(id, value),
      (error: unknown) => this.#open.delete(id) && this.#failed(id, error),
    );
  }

  cancel(id: number): void {
    this.#open.get(id)?.abort();
    this.#open.delete(id);
  }

  #done(id: number, result: unknown): void {
    let json: string;
    try {
      json = jsonOf(result);
    } catch (error) {
      return this.#failed(id, error);
    }
    this.engine.post({ kind: "tool.done", id }, json);
  }

  #failed(id: number, error: unknown): void {
    this.engine.post({ kind: "tool.failed", id, sentence: sentenceOf(error) });
  }
}

/** Validates with the schema's own library, which may also transform, and calls the function. */
function run(tool: Tool, args: unknown, call: Call): unknown {
  const checked = tool.schema?.["~standard"].validate(args);
  if (!checked) return tool.run(args as never, call);
  return isPromise(checked)
    ? checked.then((each) => runChecked(tool, each, call))
    : runChecked(tool, checked, call);
}

function runChecked(tool: Tool, checked: Validated<unknown>, call: Call): unknown {
  if (checked.issues)
    return {
      content: [{ type: "text", text: issuesText("The arguments do not fit:", checked.issues) }],
      isError: true,
    };
  return tool.run(checked.value as never, call);
}
