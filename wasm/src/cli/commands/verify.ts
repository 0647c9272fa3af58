// `troupe verify`: whether a journal is as it was written, as far as its chain of hashes can tell.

import { Exit, type ExitCode } from "../exit.js";
import { shortPath } from "../journal/folder.js";
import { engineFor } from "../session.js";
import { count } from "../text/amounts.js";
import { mark, paintFor } from "../text/style.js";
import { tell, tellJson } from "../text/tell.js";
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
    tellJson({ file: found.file, ...verified });
  } else if (verified.ok) {
    const end = verified.ended ? "ended" : "not ended: troupe resume goes on with it";
    tell(process.stdout, `${paint("green", mark.done)} ${shortPath(found.file)} is whole: its chain holds`);
    tell(process.stdout, `  ${count(verified.lines, "line")}, ${count(verified.steps, "step")}, ${end}`);
    if (verified.torn)
      tell(process.stdout, "  Half a line at its end is what a crash leaves: it counts as not written.");
    tell(process.stdout, `  ${paint("dim", `sha256 ${verified.hash}`)}`);
    tell(process.stdout, `  ${paint("dim", verified.sentence)}`);
  } else {
    tell(process.stdout, `${paint("red", mark.failed)} ${shortPath(found.file)}: ${verified.sentence}`);
  }
  return verified.ok ? Exit.done : Exit.journal;
}
