// What the command line asks for.
import { parseArgs } from "node:util";
import { Trouble } from "../tools/setup/say.mjs";
import { benches } from "./benches.mjs";

const listed = Object.entries(benches).map(([name, { title }]) => `  ${name.padEnd(12)}${title}`);

export const help = `npm run bench [-- NAME… OPTION…]

Measures troupe beside what you would pick instead, and prints a table for each bench. Without names: all of them.

${listed.join("\n")}

  --rounds=N  how often everything is measured, in turn; more make the median steadier
  --write     writes what was measured to bench/RESULTS.md
  --help      this text

Leave the machine alone meanwhile: what else it does is in the spread.`;

export function wishOf(args) {
  const { values, positionals } = parsed(args);
  const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) {
    const known = Object.keys(benches).join(", ");
    throw new Trouble(`There is no bench named ${unknown.join(", ")}. The benches are: ${known}.`, 2);
  }
  if (values.rounds !== undefined && !/^[1-9]\d{0,3}$/.test(values.rounds))
    throw new Trouble(`--rounds takes a number from 1 on, not "${values.rounds}".`, 2);
  const names = Object.keys(benches).filter((name) => positionals.length === 0 || positionals.includes(name));
  return { ...values, names, rounds: values.rounds && Number(values.rounds) };
}

function parsed(args) {
  const options = {
    rounds: { type: "string" },
    write: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new Trouble(`${error.message.split(". ")[0]}.\n\n${help}`, 2);
  }
}
