// `troupe doctor`: whether everything is there that a run needs, and what to do where it is not.

import { setTimeout } from "node:timers/promises";

import type { Probed } from "../../described.js";
import type { Troupe } from "../../troupe.js";
import { type Reach, type Settings, settingsFor } from "../config/settings.js";
import { Exit, type ExitCode, Trouble } from "../exit.js";
import { shortPath } from "../journal/folder.js";
import { engineFor } from "../session.js";
import { count, duration } from "../text/amounts.js";
import { mark, paintFor } from "../text/style.js";
import { tell, tellForNow, tellJson } from "../text/tell.js";
import { oneLine } from "../text/width.js";
import { type Finding, nodeVersion, repository, toolchain } from "./toolchain.js";

/** Who has not answered by then is not well, whatever a run would wait. */
const PATIENCE_MS = 20_000;

async function timed<Value>(work: () => Promise<Value>): Promise<[Value, string]> {
  const start = performance.now();
  const value = await work();
  return [value, duration(performance.now() - start)];
}

async function probe(
  troupe: Troupe,
  what: { server: string } | { provider: string },
): Promise<[Probed, string]> {
  const sentence = `No answer within ${PATIENCE_MS / 1000} seconds.`;
  return timed(() =>
    Promise.race([
      troupe.probe(what).catch((error: Error) => ({ ok: false, sentence: error.message })),
      setTimeout(PATIENCE_MS, { ok: false, sentence }, { ref: false }),
    ]),
  );
}

async function provider(troupe: Troupe, name: string): Promise<Finding> {
  const what = `provider ${name}`;
  const [{ ok, sentence = "", models = [] }, took] = await probe(troupe, { provider: name });
  if (ok)
    return {
      what,
      ok,
      said: `answers in ${took}${models.length > 0 ? `, ${count(models.length, "model")}` : ""}`,
    };
  return {
    what,
    ok,
    said: oneLine(sentence),
    remedy: "Check its url and its key (OPENAI_BASE_URL, OPENAI_API_KEY).",
  };
}

async function server(troupe: Troupe, name: string): Promise<Finding> {
  const what = `server ${name}`;
  const [{ ok, sentence = "", tools = [] }, took] = await probe(troupe, { server: name });
  if (ok) return { what, ok, said: `${count(tools.length, "tool")}, answers in ${took}` };
  return { what, ok, said: oneLine(sentence), remedy: "Check its command or url in the configuration." };
}

async function engine(settings: Settings): Promise<[Finding, Troupe | undefined]> {
  try {
    const [troupe, took] = await timed(() => engineFor(settings));
    const { release, journal_format: format } = troupe.describe();
    return [
      { what: "engine", ok: true, said: `release ${release}, journal format ${format}, loads in ${took}` },
      troupe,
    ];
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    if (error.exit === Exit.usage)
      return [{ what: "configuration", ok: false, said: error.message }, undefined];
    const remedy =
      repository() === undefined
        ? "Install the package anew: npm install troupe."
        : "Build it: npm run build.";
    return [{ what: "engine", ok: false, said: error.message, remedy }, undefined];
  }
}

function configuration({ files, problems }: Settings): Finding[] {
  const said =
    files.length === 0
      ? "none found: troupe.config.{ts,js,json}, .mcp.json"
      : files.map(shortPath).join(", ");
  return [
    { what: "configuration", ok: true, said },
    ...problems.map(({ of, sentence }) => ({
      what: of === undefined ? "configuration" : `server ${of}`,
      ok: false,
      said: sentence,
    })),
  ];
}

export async function doctorCommand(flags: Reach & { json?: boolean }): Promise<ExitCode> {
  const settings = await settingsFor(flags);
  const findings: Finding[] = [];
  const paint = paintFor(process.stdout);
  const report = (...found: Finding[]) => {
    findings.push(...found);
    if (flags.json) return;
    for (const { what, ok, said, remedy } of found) {
      const sign = ok ? paint("green", mark.done) : paint("red", mark.failed);
      tell(process.stdout, `${sign} ${what.padEnd(18)} ${said}`);
      if (!ok && remedy !== undefined) tell(process.stdout, `  ${"".padEnd(18)} ${paint("dim", remedy)}`);
    }
  };
  const ask = async (what: string, asked: Promise<Finding>) => {
    const seen = process.stdout.isTTY && !flags.json;
    const line = paint("dim", `${mark.working} ${what.padEnd(18)} is asked`);
    const takeAway = seen ? tellForNow(process.stdout, line) : () => {};
    const finding = await asked;
    takeAway();
    report(finding);
  };
  report(nodeVersion(), ...toolchain());
  const [found, troupe] = await engine(settings);
  report(found, ...configuration(settings));
  if (troupe !== undefined) {
    const names = Object.keys(settings.providers);
    const offline = "offline: rules, not a language model. OPENAI_API_KEY or OPENAI_BASE_URL names one";
    if (names.length === 0) report({ what: "provider", ok: true, said: offline });
    // One after the other, so that one slow start does not count against the next.
    for (const name of names) await ask(`provider ${name}`, provider(troupe, name));
    for (const name of Object.keys(settings.servers)) await ask(`server ${name}`, server(troupe, name));
    await troupe.dispose();
  }
  if (flags.json) tellJson(findings);
  return findings.every(({ ok }) => ok) ? Exit.done : Exit.setup;
}
