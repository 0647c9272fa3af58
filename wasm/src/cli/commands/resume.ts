// `troupe resume`: goes on with a run that was interrupted, killed or paused, here or on another host.

import type { Standing } from "../ask/standing.js";
import type { Reach } from "../config/settings.js";
import type { ExitCode } from "../exit.js";
import { shortPath } from "../journal/folder.js";
import { readJournal } from "../journal/read.js";
import { listOf, textOf } from "../journal/values.js";
import { attend } from "../session.js";
import { recalled, soundPlaceFor } from "./memory.js";

export interface ResumeFlags extends Reach, Standing {
  json?: boolean;
  verbose?: boolean;
}

export async function resumeCommand(named: string | undefined, flags: ResumeFlags): Promise<ExitCode> {
  const place = await soundPlaceFor(flags, named);
  const { found, folder } = place;
  folder.fileOf(found.run); // refuses a name that no file here can have, before anything is begun
  const [settings, memory] = await recalled(flags, place);
  const journal = readJournal(found.text, shortPath(found.file));
  const { task, config } = journal.header;
  const servers = listOf(config.servers).map(textOf);
  return attend({
    settings,
    folder,
    opening: (file) => ({
      task,
      facts: [
        `resumes ${found.run}`,
        `model ${textOf(config.model)}`,
        `servers ${servers.join(", ") || "none"}`,
        `journal ${shortPath(file)}`,
      ],
    }),
    memory,
    standing: flags,
    json: flags.json ?? false,
    verbose: flags.verbose ?? false,
    begin: (troupe, attendance, desk) => {
      desk.approved.learn(journal.lines);
      return troupe.resume(found.text, attendance);
    },
  });
}
