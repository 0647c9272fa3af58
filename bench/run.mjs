// Runs benches one after the other, prints a table for each as soon as it is there, and writes them down when asked to.
import { loadavg } from "node:os";
import { progress } from "../tools/setup/say.mjs";
import { benches } from "./benches.mjs";
import { machine, versions } from "./machine.mjs";
import { writeResults } from "./results.mjs";
import { textOf } from "./table.mjs";

export async function run({ names, rounds, write }) {
  console.log(`${machine()}\n${versions()}`);
  if (loadavg()[0] > 0.5)
    console.error(`The machine is busy (load ${loadavg()[0].toFixed(1)}): expect a wide spread.`);

  const results = [];
  for (const name of names) {
    const { title, measure, ...bench } = benches[name];
    const wish = { rounds: rounds ?? bench.rounds };
    const { tables, goals } = await progress(`measuring ${name}`, (place) => measure({ ...wish, place }));
    console.log(`\n── ${name}: ${title}`);
    for (const table of tables) console.log(`\n${textOf(table)}`);
    console.log(`\n${goals.join("\n")}`);
    results.push({ name, title, tables, goals });
  }
  if (write) console.log(`\nWritten to ${await writeResults(results)}.`);
}
