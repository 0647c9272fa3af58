// `troupe replay`: a recorded run once more, with nothing happening outside, to the same answer.

import type { Settings } from "../config/settings.js";
import { Exit, type ExitCode, Trouble } from "../exit.js";
import { shortPath } from "../journal/folder.js";
import { readJournal } from "../journal/read.js";
import { textOf } from "../journal/values.js";
import { attend } from "../session.js";
import { placeFor } from "./memory.js";

export interface ReplayFlags {
  journal?: string;
  config?: string;
  json?: boolean;
}

export async function replayCommand(named: string, flags: ReplayFlags): Promise<ExitCode> {
  const { found, folder } = await placeFor(flags, named);
  const { task, config } = readJournal(found.text, shortPath(found.file)).header;
  // A journal needs no servers and no keys to be replayed.
  const settings: Settings = {
    providers: {},
    servers: {},
    journal: folder.path,
    run: {},
    files: [],
    problems: [],
    given: {},
  };
  return attend({
    settings,
    folder,
    opening: () => ({
      task,
      facts: [
        `replays ${found.run}: nothing happens outside`,
        `model ${textOf(config.model)}`,
        `journal ${shortPath(found.file)}`,
      ],
    }),
    file: found.file,
    standing: {},
    json: flags.json ?? false,
    verbose: false,
    replaying: true,
    begin: (troupe) => {
      // Before anything of it is shown: what was edited did not happen.
      const verified = troupe.verify(found.text);
      if (!verified.ok) throw new Trouble(verified.sentence, Exit.journal);
      return troupe.replay(found.text);
    },
  });
}
