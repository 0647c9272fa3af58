// One run from its first event to its report: shown as it goes on, attended by the person at the terminal.

import { resolve } from "node:path";

import { TroupeError, sentenceOf } from "../errors.js";
import { type Run, type Troupe, createTroupe, fileJournal } from "../node.js";
import type { Ask } from "../questions.js";
import type { Attendance } from "../options.js";
import type { Pins } from "../status.js";
import { Desk } from "./ask/desk.js";
import type { Standing } from "./ask/standing.js";
import type { Settings } from "./config/settings.js";
import { withSignIn } from "./config/sign-in.js";
import { Exit, type ExitCode, Trouble, exitForCode } from "./exit.js";
import { Interruption } from "./interruption.js";
import { invocation, quoted } from "./invocation.js";
import { type Folder, shortPath } from "./journal/folder.js";
import { PlainView } from "./live/plain.js";
import { TerminalView } from "./live/terminal.js";
import { type Opening, type View, spentLine } from "./live/view.js";
import { report, shortRun } from "./report.js";
import { paintFor } from "./text/style.js";
import { tell } from "./text/tell.js";

export interface Session {
  settings: Settings;
  folder: Folder;
  /** What is told of it before it goes; `file` is its journal. */
  opening(file: string): Opening;
  /** What resuming needs to know besides the journal: kept beside it. None: the run is not kept. */
  memory?: object;
  /** The journal, where it is another file than the folder's of this run. */
  file?: string;
  standing: Standing;
  json: boolean;
  verbose: boolean;
  /** It only replays: what was recorded is shown. */
  replaying?: boolean;
  begin(troupe: Troupe, attendance: Attendance, desk: Desk): Run;
}

/** The engine for these settings; for none, one that can only look at journals. `say` tells where to sign in. */
export async function engineFor(
  settings: Pick<Settings, "providers" | "model" | "servers" | "tools"> = { providers: {}, servers: {} },
  folder?: Folder,
  say: (line: string) => void = notice,
): Promise<Troupe> {
  const { providers, model, servers, tools } = settings;
  const pins = folder?.pins();
  try {
    return await createTroupe({
      providers,
      servers: withSignIn(servers, say),
      ...(model !== undefined && { model }),
      ...(tools && { tools }),
      ...(folder && { journal: fileJournal(folder.path) }),
      ...(pins && { pins }),
    });
  } catch (error) {
    if (error instanceof TroupeError && error.code === "invalid_input") {
      const damaged = folder && pins && error.message.includes('"pins"');
      throw new Trouble(damaged ? folder.damagedPins() : error.message, Exit.usage);
    }
    const why = error instanceof TroupeError ? error.message : sentenceOf(error);
    throw new Trouble(`The engine could not be started: ${why}`, Exit.setup);
  }
}

export function notice(sentence: string): void {
  tell(process.stderr, `${paintFor(process.stderr)("yellow", "!")} ${sentence}`);
}

/** Handlers of the configuration go first; what they leave open comes to the desk. */
function askFirst({ approve, ask }: Settings, desk: Desk): Ask {
  return async (question, place) => {
    const said =
      question.subject === "approval" && approve
        ? await approve(question, place)
        : await ask?.(question, place);
    if (said !== undefined) return typeof said === "boolean" ? { approve: said } : said;
    return desk.ask(question);
  };
}

/** A command on a run, wherever its journal lies. */
function commandOn(command: string, run: string, folder: Folder): string {
  const where = folder.path === resolve("runs") ? "" : ` --journal ${quoted(shortPath(folder.path))}`;
  return `${invocation()} ${command} ${quoted(run)}${where}`;
}

export async function attend(session: Session): Promise<ExitCode> {
  const { settings, folder, replaying = false } = session;
  for (const { sentence } of settings.problems) notice(sentence);
  if (session.memory) folder.make();
  const began = Date.now();
  const interruption = new Interruption();
  const view = viewFor(session);
  const desk = new Desk(view, session.standing, interruption.hear);
  const troupe = await engineFor(settings, replaying ? undefined : folder, (line) => view.say(line));
  let run: Run | undefined;
  let putBack = () => {};
  try {
    const attendance = { ask: askFirst(settings, desk) };
    run = session.begin(troupe, attendance, desk);
    const { id } = run;
    const file = session.file ?? folder.fileOf(id);
    if (session.memory) putBack = folder.remember(id, session.memory);
    interruption.listen(run, view, desk);
    view.open(session.opening(file));
    for await (const event of run) {
      view.take(event);
      interruption.look();
    }
    const outcome = await run;
    view.close();
    if (session.memory) keepFor(folder, troupe.pins());
    if (session.memory && outcome.stop.resumable)
      folder.remember(id, { ...session.memory, paused: outcome.stop.reason });
    return report({
      run: id,
      outcome,
      file,
      spent: spentLine(view.progress, Date.now() - began),
      resume: commandOn("resume", id, folder),
      show: session.file
        ? `${invocation()} show ${quoted(shortPath(file))}`
        : commandOn("show", shortRun(id), folder),
      json: session.json,
    });
  } catch (error) {
    view.close();
    if (!(error instanceof TroupeError)) throw error;
    // It did not begin: what was remembered of it stays as it was.
    putBack();
    throw new Trouble(error.message, exitForCode(error.code));
  } finally {
    desk.close();
    await troupe.dispose();
    interruption.stop();
  }
}

/** A run that is done is not failed by what the next one would like to know. */
function keepFor(folder: Folder, pins: Pins): void {
  try {
    folder.keepPins(pins);
  } catch (error) {
    notice(`What tools say of themselves could not be kept for the next run: ${sentenceOf(error)}`);
  }
}

function viewFor({ replaying = false, verbose }: Session): View {
  const { stderr } = process;
  return stderr.isTTY && process.env.TERM !== "dumb"
    ? new TerminalView(stderr, replaying, verbose, replaying ? "replaying" : "Ctrl-C pauses")
    : new PlainView(stderr, replaying, verbose);
}
