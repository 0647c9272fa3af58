// Names of tools, servers and providers in options: a guard for one that there is not would guard nothing.
import type { Configured } from "./configuration.js";
import { TroupeError } from "./errors.js";
import type { Approvals, RunChanges, RunOptions, SharedLimits } from "./options.js";
import type { Agent } from "./patterns.js";

/** Agents have these beside what the application gives. */
const OF_THE_ENGINE = ["read_result", "search_tools"];

/**
 * Throws `invalid_input` for names that nothing has in what a run is told, a fork too. Which tools there are is known where
 * no server brings others.
 */
export function onlyKnown(
  options: RunChanges & Pick<RunOptions, "servers" | "tools" | "agents">,
  config: Configured,
): void {
  const servers = Object.keys(config.wire.servers);
  const approvals: Approvals = typeof options.approvals === "object" ? options.approvals : {};
  const { tools, ruleOfTwo } = approvals;
  const rules = listIn(approvals.rules);
  for (const { server } of rules) if (server !== undefined) only("server", servers, [server]);
  if (servers.length > 0 && options.servers?.length !== 0) return;
  const known = config.tools.map(({ name }) => name);
  const onlyTools = (names?: readonly string[]) => only("tool", known, listIn(names));
  onlyTools(options.tools);
  onlyTools(Object.keys(tools ?? {}));
  if (ruleOfTwo) onlyTools(Object.keys(ruleOfTwo));
  for (const { tool } of rules) if (tool !== undefined) onlyTools([tool]);
  for (const agent of everyAgent(options.agents)) onlyTools(agent.tools);
}

/** As for a run, of the lines before which all runs wait. */
export function onlyKnownLines({ tools, servers, providers }: SharedLimits, config: Configured): void {
  const { wire } = config;
  only(
    "tool",
    wire.tools.map(({ name }) => name),
    Object.keys(tools ?? {}),
  );
  only("server", Object.keys(wire.servers), Object.keys(servers ?? {}));
  only("provider", [...Object.keys(wire.providers), "offline"], Object.keys(providers ?? {}));
}

function everyAgent(agents?: readonly Agent[]): Agent[] {
  return listIn(agents).flatMap((agent) => [agent, ...everyAgent(agent.pattern?.agents)]);
}

/** The names may be patterns, as rules have them. */
function only(kind: string, known: readonly string[], names: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name) || OF_THE_ENGINE.includes(name) || typeof name !== "string") continue;
    if (/[*?]/.test(name) && (/^\*+$/.test(name) || known.some((each) => patternOf(name).test(each))))
      continue;
    const there = known.length > 0 ? `There are: ${known.join(", ")}.` : "There are none.";
    throw new TroupeError("invalid_input", `There is no ${kind} "${name}". ${there}`);
  }
}

/** What is no list, the engine refuses. */
const listIn = <Item>(given: readonly Item[] | undefined): readonly Item[] =>
  Array.isArray(given) ? given : [];

function patternOf(name: string): RegExp {
  const literal = name.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "su");
}
