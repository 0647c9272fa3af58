// Names and seeds of runs.
import { TroupeError } from "./errors.js";
import { onlyText } from "./names.js";

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Random bytes, fetched for many runs at once and none used twice. */
let pool = new Uint8Array();
let used = 0;

function randomByte(): number {
  if (used === pool.length) {
    pool = crypto.getRandomValues(new Uint8Array(1024));
    used = 0;
  }
  return pool[used++]!;
}

/** A name that sorts by time, to the millisecond, and ends in what a person types: `20261122-215307042-k3f9q2bt`. */
export function newName(ms: number): string {
  const [date, time] = new Date(ms).toISOString().split("T") as [string, string];
  let name = `${date.replaceAll("-", "")}-${time.replace(/[^0-9]/g, "")}-`;
  for (let i = 0; i < 8; i++) name += LETTERS[randomByte() % LETTERS.length];
  return name;
}

/** The name that a run is given, if it is given one. Throws `invalid_input` where it is none. */
export function runName(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  onlyText('The "id" of a run', given);
  if (given !== "") return given;
  throw new TroupeError("invalid_input", 'The "id" of a run is empty. Leave it out, and it gets one.');
}

/** The seed that a run is given, if it is given one. Throws `invalid_input` where it is none. */
export function seedOf(given: string | undefined): string | undefined {
  if (given === undefined || /^[0-9a-f]{16}$/.test(given)) return given;
  throw new TroupeError(
    "invalid_input",
    `A "seed" is 16 digits from 0 to f, and not ${JSON.stringify(given)}.`,
  );
}

/** 16 hexadecimal digits. */
export function newSeed(): string {
  let seed = "";
  for (let i = 0; i < 8; i++) seed += randomByte().toString(16).padStart(2, "0");
  return seed;
}

/** 32 bits, for what an engine does at random beside its runs. */
export function jitterSeed(): number {
  return [0, 0, 0, 0].reduce((seed) => seed * 256 + randomByte(), 0);
}
