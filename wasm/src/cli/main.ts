#!/usr/bin/env node
// The program `troupe`.

import { readFileSync } from "node:fs";

import { CommanderError } from "commander";

import { Exit, type ExitCode, Trouble } from "./exit.js";
import { programFor } from "./program.js";
import { mark, paintFor } from "./text/style.js";
import { tell } from "./text/tell.js";

function release(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

async function main(argv: readonly string[]): Promise<ExitCode> {
  // What stands behind `--` is the command line of a server, and none of our options.
  const dashes = argv.indexOf("--");
  const [ours, behind] = dashes < 0 ? [argv, []] : [argv.slice(0, dashes), argv.slice(dashes + 1)];
  let exit: ExitCode = Exit.done;
  const program = programFor(release(), [...behind], (code) => (exit = code));
  for (const each of [program, ...program.commands]) each.exitOverride();
  if (ours.length === 0) {
    program.outputHelp({ error: true });
    return Exit.usage;
  }
  await program.parseAsync([...ours], { from: "user" });
  return exit;
}

function explain(error: unknown): ExitCode {
  // Commander has said what is wrong; help that was asked for is no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.done : Exit.usage;
  const paint = paintFor(process.stderr);
  if (error instanceof Trouble) {
    tell(process.stderr, `${paint("red", mark.failed)} ${error.message}`);
    return error.exit;
  }
  // A file that cannot be read or a folder that cannot be written: the system's own words say which.
  if (error instanceof Error && "syscall" in error) {
    tell(process.stderr, `${paint("red", mark.failed)} ${error.message}`);
    return Exit.setup;
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tell(process.stderr, ...`${paint("red", `${mark.failed} A defect of troupe:`)} ${what}`.split("\n"));
  return Exit.failed;
}

// A reader that goes away, as in `troupe show … | head`, is no failure: a run goes on, and its exit code tells the rest.
process.stderr.on("error", () => undefined);
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  tell(process.stderr, `${mark.failed} What was to be said could not be written: ${error.message}`);
  process.exit(Exit.setup);
});

process.exitCode = await main(process.argv.slice(2)).catch(explain);
