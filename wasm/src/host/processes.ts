// Local MCP servers: processes that are spoken to line by line. Node, Deno and Bun.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Engine } from "../engine.js";
import { sentenceOf } from "../errors.js";
import type { LocalServer } from "../server-options.js";
import { Lines } from "./lines.js";
import type { Processes } from "./platform.js";
import { Redaction } from "./redaction.js";
import { secretsIn } from "./secrets.js";

/** How long a process may take to end after each stronger hint: a closed stdin, SIGTERM, SIGKILL. */
const PATIENCE_MS = 2000;
/** Others are for the application and not for every server that it starts. */
const INHERITED = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "TMPDIR"].concat(
  process.platform === "win32"
    ? [
        "APPDATA",
        "LOCALAPPDATA",
        "PATHEXT",
        "PROGRAMFILES",
        "SYSTEMDRIVE",
        "SYSTEMROOT",
        "TEMP",
        "USERPROFILE",
      ]
    : [],
);

type Child = ChildProcessWithoutNullStreams;

export class LocalProcesses implements Processes {
  readonly #children = new Map<number, Child>();
  readonly #ending = new Set<Promise<void>>();
  #held = false;

  constructor(
    private readonly engine: Pick<Engine, "post">,
    private readonly servers: ReadonlyMap<string, LocalServer>,
  ) {}

  start(id: number, name: string): void {
    const server = this.servers.get(name);
    if (!server) return this.#failed(id, new Error(`The host knows no command for "${name}".`));
    let child: Child;
    try {
      child = spawn(server.command, server.args ?? [], {
        env: { ...inherited(), ...server.env },
        cwd: server.cwd,
        windowsHide: true,
        // Ctrl-C in a terminal goes to a whole group: in one of its own a server is not cut off in the middle of a call.
        detached: process.platform !== "win32",
      });
    } catch (error) {
      return this.#failed(id, error);
    }
    this.#children.set(id, child);
    this.#listen(id, child, server);
    hold(child, this.#held);
  }

  write(id: number, bytes: Uint8Array): void {
    const stdin = this.#children.get(id)?.stdin;
    if (stdin?.writable) stdin.write(bytes.slice());
  }

  stop(id: number): void {
    const child = this.#children.get(id);
    this.#children.delete(id);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    hold(child, true);
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const ending = end(child, ended).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  hold(held: boolean): void {
    this.#held = held;
    for (const child of this.#children.values()) hold(child, held);
  }

  async close(): Promise<void> {
    for (const id of this.#children.keys()) this.stop(id);
    await Promise.all(this.#ending);
  }

  #listen(id: number, child: Child, { command, cwd, env = {} }: LocalServer): void {
    const { engine } = this;
    // The name of a file is none of its secrets.
    const secrets = secretsIn(env).filter((secret) => !existsSync(resolve(cwd ?? "", secret)));
    const said = new Redaction(secrets);
    const logged = new Redaction(secrets, true);
    const lines = new Lines((line) => engine.post({ kind: "process.line", id }, said.whole(line)));
    const log = new Lines((line) => engine.post({ kind: "process.log", id }, logged.whole(line)));
    child.stdout.on("data", (piece: Buffer) => {
      if (!lines.feed(piece)) kill(child, "SIGKILL");
    });
    child.stderr.on("data", (piece: Buffer) => log.feed(piece) || log.end());
    // A process that ends with our words unread says so by ending.
    child.stdin.on("error", () => undefined);
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined || !this.#children.delete(id)) return;
      const missing = error.code === "ENOENT";
      this.#failed(id, missing ? new Error(notFound(command, cwd)) : error);
    });
    child.on("close", (code, signal) => {
      lines.end();
      log.end();
      if (!this.#children.delete(id)) return;
      const how = lines.overflowed ? { sentence: lines.sentence } : signal ? { signal } : { code: code ?? 0 };
      engine.post({ kind: "process.exit", id, ...how });
    });
  }

  #failed(id: number, error: unknown): void {
    this.engine.post({ kind: "process.failed", id, sentence: sentenceOf(error) });
  }
}

async function end(child: Child, ended: Promise<void>): Promise<void> {
  child.stdin.end();
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (await within(PATIENCE_MS, ended)) return;
    kill(child, signal);
  }
  await within(PATIENCE_MS, ended);
  // A grandchild may hold the pipes open for ever.
  child.stdout.destroy();
  child.stderr.destroy();
}

/** With all that it started: `npx` and its like are not the server, they only start it. */
function kill(child: Child, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch {
    child.kill(signal); // no group: Windows, or it is gone
  }
}

async function within(ms: number, ended: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)));
  const result = await Promise.race([ended.then(() => true), late]);
  clearTimeout(timer);
  return result;
}

/** Whether the process and its pipes keep ours alive. */
function hold(child: Child, held: boolean): void {
  for (const each of [child, child.stdin, child.stdout, child.stderr] as { ref?(): void; unref?(): void }[]) {
    if (held) each.ref?.();
    else each.unref?.();
  }
}

function inherited(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

function notFound(command: string, cwd: string | undefined): string {
  // The system says the same of both.
  if (cwd !== undefined && !existsSync(cwd)) return `There is no folder "${cwd}" to start "${command}" in.`;
  return `The command "${command}" was not found.`;
}
