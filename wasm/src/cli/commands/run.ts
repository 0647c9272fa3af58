// `troupe run "task"`: begins a run.

import { text as textOfStream } from "node:stream/consumers";

import { type Wishes, priceWarning, runOptions, wantedModel } from "../config/run-options.js";
import { type Reach, type Settings, settingsFor } from "../config/settings.js";
import { Exit, type ExitCode, Trouble } from "../exit.js";
import { Folder, shortPath } from "../journal/folder.js";
import { attend, notice } from "../session.js";
import type { RunOptions } from "../../options.js";
import { memoryOf } from "./memory.js";

export interface RunFlags extends Reach, Wishes {
  json?: boolean;
  verbose?: boolean;
}

/** The words of the command line; `-` is the text on stdin. */
export async function taskFrom(words: readonly string[]): Promise<string> {
  const task = words.length === 1 && words[0] === "-" ? await textOfStream(process.stdin) : words.join(" ");
  if (task.trim() === "")
    throw new Trouble(`The task is empty: say in words what is to be done.`, Exit.usage);
  return task.trim();
}

/** Model, servers, journal: what a person wants to know before it goes. */
export function factsOf(options: RunOptions, settings: Settings, file: string): string[] {
  const wanted = wantedModel(options, settings);
  const model =
    typeof wanted === "string" ? modelName(wanted, settings) : `chosen by ${wanted.prefer ?? "balance"}`;
  const rules = model === "offline" ? " (rules, not a language model)" : "";
  const servers = options.servers ?? Object.keys(settings.servers);
  return [
    `model ${model}${rules}`,
    `servers ${servers.length === 0 ? "none" : servers.join(", ")}`,
    `journal ${shortPath(file)}`,
  ];
}

function modelName(provider: string, settings: Settings): string {
  const model = settings.providers[provider];
  return model !== undefined && "model" in model && model.model ? `${provider}:${model.model}` : provider;
}

export async function begin(task: string, flags: RunFlags, settings: Settings): Promise<ExitCode> {
  const options = runOptions(flags, settings);
  const folder = new Folder(settings.journal);
  if (options.schema !== undefined && wantedModel(options, settings) === "offline") {
    throw new Trouble(
      "An answer in a form needs a language model, and the offline model works by rules. Set OPENAI_API_KEY, or " +
        "OPENAI_BASE_URL for a server such as Ollama.",
      Exit.setup,
    );
  }
  const warning = priceWarning(options, settings);
  if (warning !== undefined) notice(warning);
  return attend({
    settings,
    folder,
    opening: (file) => ({ task, facts: factsOf(options, settings, file) }),
    memory: memoryOf(flags, settings),
    // The policy stands in the run's options; what it does not decide, the rule of two, is answered by the same word.
    standing: flags.approve === undefined ? {} : { approve: flags.approve },
    json: flags.json ?? false,
    verbose: flags.verbose ?? false,
    begin: (troupe, attendance) => troupe.run(task, { ...options, ...attendance }),
  });
}

export async function runCommand(words: string[], flags: RunFlags): Promise<ExitCode> {
  return begin(await taskFrom(words), flags, await settingsFor(flags));
}
