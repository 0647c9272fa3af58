// `troupe verify`: whether a journal is as it was written, as far as its chain of hashes can tell.

import { Exit, type ExitCode } from "../exit.js";
import { shortPath } from "../journal/folder.js";
import { engineFor } from "../session.js";
import { count } from "../text/amounts.js";
import { mark, paintFor } from "../text/style.js";
import { placeFor } from "./memory.js";

export async function verifyCommand(
  named: string,
  flags: { journal?: string; config?: string; json?: boolean },
): Promise<ExitCode> {
  const { found } = await placeFor(flags, named);
  const troupe = await engineFor();
  const verified = troupe.verify(found.text);
  await troupe.dispose();
  const paint = paintFor(process.stdout);
  if (flags.json) {
    console.log(JSON.stringify({ file: found.file, ...verified }, null, 2));
  } else if (verified.ok) {
    const end = verified.ended ? "ended" : "not ended: troupe resume goes on with it";
    console.log(`${paint("green", mark.done)} ${shortPath(found.file)} is whole: its chain holds`);
    console.log(`  ${count(verified.lines, "line")}, ${count(verified.steps, "step")}, ${end}`);
    if (verified.torn)
      console.log("  Half a line at its end is what a crash leaves: it counts as not written.");
    console.log(`  ${paint("dim", `sha256 ${verified.hash}`)}`);
    console.log(`  ${paint("dim", verified.sentence)}`);
  } else {
    console.log(`${paint("red", mark.failed)} ${shortPath(found.file)}: ${verified.sentence}`);
  }
  return verified.ok ? Exit.done : Exit.journal;
}
