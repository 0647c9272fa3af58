// The commands and their options, and the help that teaches them.

import { Command, Option } from "commander";

import { APPROVE_WORDS, PATTERN_WORDS, portNumber, positive, wholePositive } from "./config/run-options.js";
import { type ExitCode, exitCodes } from "./exit.js";
import { isColoured } from "./text/style.js";

const examples = `
Examples:
  $ troupe run "Which file in docs is the longest?" -- npx -y @modelcontextprotocol/server-filesystem .
  $ OPENAI_API_KEY=… troupe run "Summarise README.md" --budget-usd 0.05
  $ troupe run "Hello" --url http://localhost:11434/v1 --model llama3.2
  $ troupe analyze "Delete the old logs and tell the team"
  $ troupe resume                      the newest run that is not finished
  $ troupe show k3f9q2bt               its journal as a tree
  $ troupe fork k3f9q2bt --at 0.3 --model openai:gpt-4o
  $ troupe run "List the files" --json | jq .answer

Configuration: troupe.config.{ts,js,json} and .mcp.json in this folder or above. Without a provider there,
OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL name one; without these the offline model works by rules.
`;

const serveHelp = `
For Claude Code:    claude mcp add troupe -- npx -y troupe serve --mcp
For .mcp.json, Claude Desktop and Cursor:
  { "mcpServers": { "troupe": { "command": "npx", "args": ["-y", "troupe", "serve", "--mcp"] } } }
Its tools: execute_task, resume_run, analyze_task, recommend_servers, list_runs, get_run.
`;

const list = (value: string, before: string[] | undefined) => [...(before ?? []), value];

function withReach(command: Command): Command {
  return command
    .option(
      "--config <path>",
      "the configuration file (default: troupe.config.* and .mcp.json, here or above)",
    )
    .option("--journal <folder>", "where journals lie (default: runs)");
}

function withServers(command: Command): Command {
  return withReach(command)
    .option(
      "--server <name>",
      'use only this server; name="command" or a URL gives one here; repeatable',
      list,
    )
    .option("--url <url>", "an OpenAI-compatible endpoint, such as http://localhost:11434/v1")
    .option("--key-env <name>", "the environment variable that holds the key for --url");
}

function withWishes(command: Command): Command {
  return command
    .option("--model <model>", "provider:model, or a model of the first provider")
    .option("--budget-usd <dollars>", "pause and ask at this cost", positive)
    .option("--budget-tokens <n>", "… at this many tokens", wholePositive)
    .option("--budget-calls <n>", "… at this many calls of models and tools", wholePositive)
    .option("--budget-seconds <n>", "… after this time", positive)
    .option("--turns <n>", "end after this many turns of the model", wholePositive)
    .addOption(
      new Option(
        "--approve <what>",
        "tool calls that need approval: all, none, or ask before every call",
      ).choices(APPROVE_WORDS),
    );
}

/** What only a run that begins can be told. */
function withWork(command: Command): Command {
  return withWishes(command)
    .addOption(
      new Option("--pattern <name>", "how agents work together (default: as the engine decides)").choices(
        PATTERN_WORDS,
      ),
    )
    .option("--tool <name>", "use only this tool; repeatable", list)
    .option("--instruction <text>", "what an agent that works alone is told beside the task")
    .option("--schema <file>", "print the answer as JSON that fits the JSON Schema in this file")
    .option("--fallback <model>", "ask this model when the first cannot answer; repeatable", list)
    .option("--confirm", "show the plan, and begin only after a yes");
}

function withOutput(command: Command): Command {
  return command
    .option("--json", "print the outcome as JSON")
    .option("--verbose", "show what servers say on stderr");
}

/** `done` gets the exit code of the command that was run. */
export function programFor(release: string, behind: string[], done: (exit: ExitCode) => void): Command {
  const program = new Command("troupe")
    .description(
      "Autonomous agents over MCP servers: runs that can be stopped, resumed, replayed and forked.",
    )
    .version(release, "-V, --version")
    .addHelpText("after", `${examples}\n${exitCodes}`)
    .showHelpAfterError("(--help shows how it is meant)")
    .configureOutput({
      getOutHasColors: () => isColoured(process.stdout),
      getErrHasColors: () => isColoured(process.stderr),
    });
  const command = [...behind];
  const servers = () => (command.length > 0 ? { command } : {});

  withOutput(withWork(withServers(program.command("run"))))
    .description("carry out a task; `-` reads it from stdin; `-- command …` gives a local MCP server")
    .argument("<task...>", "what is to be done, in plain words")
    .action(async (task, flags) =>
      done(await (await import("./commands/run.js")).runCommand(task, { ...flags, ...servers() })),
    );

  withServers(program.command("analyze"))
    .description("say what a task asks for and how it would be worked on; runs nothing, needs no key")
    .argument("<task...>", "the task, in plain words; `-` reads it from stdin")
    .option("--budget-usd <dollars>", "what may be spent on it", positive)
    .option("--json", "print it as JSON")
    .action(async (task, flags) =>
      done(await (await import("./commands/analyze.js")).analyzeCommand(task, { ...flags, ...servers() })),
    );

  withOutput(withWork(withServers(program.command("demo"))))
    .description("carry out a task over the files here, through the official filesystem server")
    .argument("[task...]", "another task than the one of the demonstration")
    .action(async (task, flags) =>
      done(await (await import("./commands/demo.js")).demoCommand(task, { ...flags, ...servers() })),
    );

  withOutput(withServers(program.command("resume")))
    .description("go on with a run that was interrupted, killed or paused")
    .argument("[run]", "its name, the end of its name, or its file (default: the newest unfinished run)")
    .addOption(new Option("--approve <what>", "answer approvals: all, none, or ask").choices(APPROVE_WORDS))
    .addOption(
      new Option("--in-doubt <choice>", "answer for steps that may have been done").choices([
        "retry",
        "skip",
      ]),
    )
    .option(
      "--raise <amount>",
      "add this to a budget that is used up (dollars, tokens, calls or seconds)",
      positive,
    )
    .action(async (run, flags) =>
      done(await (await import("./commands/resume.js")).resumeCommand(run, { ...flags, ...servers() })),
    );

  withReach(program.command("replay"))
    .description("run a recorded run again: nothing happens outside, the answer is the same")
    .argument("<run>", "its name, the end of its name, or its file")
    .option("--json", "print the outcome as JSON")
    .action(async (run, flags) =>
      done(await (await import("./commands/replay.js")).replayCommand(run, flags)),
    );

  withOutput(withWishes(withServers(program.command("fork"))))
    .description("begin a new run that is like a recorded one until a step")
    .argument("<run>", "its name, the end of its name, or its file")
    .requiredOption("--at <step>", "the step from which on it goes another way, such as 0.3")
    .option("--result <json>", "what that step gives, instead of being done again; plain words are fine")
    .action(async (run, flags) =>
      done(await (await import("./commands/fork.js")).forkCommand(run, { ...flags, ...servers() })),
    );

  withReach(program.command("verify"))
    .description(
      "check the hash chain of a journal: that no line before its last was edited, lost, moved or added",
    )
    .argument("<run>", "its name, the end of its name, or its file")
    .option("--json", "print the result as JSON")
    .action(async (run, flags) =>
      done(await (await import("./commands/verify.js")).verifyCommand(run, flags)),
    );

  withServers(program.command("judge"))
    .description("show where recorded runs would be decided otherwise today")
    .argument("<run...>", "their names, the ends of their names, or their files")
    .option("--learned <file>", "what was learned since, as troupe.learned() gives it")
    .option("--json", "print the result as JSON")
    .action(async (runs, flags) =>
      done(await (await import("./commands/judge.js")).judgeCommand(runs, flags)),
    );

  withReach(program.command("show"))
    .description("show a journal as a tree")
    .argument("<run>", "its name, the end of its name, or its file")
    .option("--full", "arguments and results whole")
    .option("--json", "print it as JSON")
    .action(async (run, flags) => done(await (await import("./commands/show.js")).showCommand(run, flags)));

  withReach(program.command("list"))
    .description("list the runs in the folder, newest first")
    .option("--json", "print them as JSON")
    .action(async (flags) => done(await (await import("./commands/list.js")).listCommand(flags)));

  withWishes(withServers(program.command("serve")))
    .description("offer troupe to Claude, Cursor, VS Code and other clients as an MCP server")
    .option("--mcp", "speak MCP, on stdin and stdout unless --http is given")
    .option("--http <port>", "over HTTP at this port, at /mcp (0: any that is free)", portNumber)
    .option("--host <address>", "where to listen (default: 127.0.0.1)")
    .option("--allow-host <name>", "a host name by which clients may call it; repeatable", list)
    .option("--token-env <name>", "the environment variable with the token that clients have to send")
    .addHelpText("after", serveHelp)
    .action(async (flags) =>
      done(await (await import("./commands/serve.js")).serveCommand({ ...flags, ...servers() })),
    );

  withServers(program.command("doctor"))
    .description("check runtime, toolchain, engine, providers and servers")
    .option("--json", "print the findings as JSON")
    .action(async (flags) =>
      done(await (await import("./commands/doctor.js")).doctorCommand({ ...flags, ...servers() })),
    );

  return program;
}
