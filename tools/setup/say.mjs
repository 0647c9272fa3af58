// What a person sees while the tools work: a line for every step, with the seconds that it took. It goes to stderr, so
// that the answer of `npm start` can be piped.

const terminal = process.stderr.isTTY;
const coloured = (terminal || process.env.FORCE_COLOR) && !process.env.NO_COLOR;
const paint = (code, text) => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text);

export const green = (text) => paint(32, text);
export const red = (text) => paint(31, text);
export const dim = (text) => paint(2, text);

/** Something that a person can mend. The sentence is all that is shown. */
export class Trouble extends Error {
  constructor(sentence, exitCode = 1) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Shows `title` with the seconds that go by while `work` runs; `work` may report where it is, as in "[3/40]". */
export async function progress(title, work) {
  const start = performance.now();
  let where = "";
  const live = () =>
    process.stderr.write(`\r\x1b[K${dim("…")} ${title}  ${dim(`${seconds(start)} ${where}`)}`);
  const end = (mark) =>
    process.stderr.write(`${terminal ? "\r\x1b[K" : ""}${mark} ${title}  ${dim(seconds(start))}\n`);
  if (terminal) live();
  else process.stderr.write(`… ${title}\n`);
  const timer = terminal ? setInterval(live, 250) : undefined;
  try {
    const result = await work((place) => (where = place));
    end(green("✓"));
    return result;
  } catch (error) {
    end(red("✗"));
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Runs a tool's main function and ends the process with a sentence and an exit code when there is trouble. */
export async function main(work) {
  try {
    process.exitCode = (await work(process.argv.slice(2))) ?? 0;
  } catch (error) {
    console.error(error instanceof Trouble ? `\n${red("Stopped.")} ${error.message}` : error);
    process.exitCode = error.exitCode ?? 1;
  }
}
