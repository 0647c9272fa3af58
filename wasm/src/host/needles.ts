// What is looked for where a secret may be quoted.
import { bytesOf } from "../frames.js";
import { readingOf } from "./reading.js";

/** What is shorter stands in texts by chance: in a sentence on a failure, and in what a model says. */
const SHORTEST = 4;
const SHORTEST_IN_BODIES = 16;

/** A secret in one of its forms, as it is read. */
export interface Needle {
  bytes: Uint8Array;
  /** How much of its beginning is too much: who masks a key may show most of it. */
  least: number;
}

/** The forms of those texts that are neither short nor common. What is escaped is read as what it stands for. */
export function needlesOf(secrets: Iterable<string>, failed: boolean): Needle[] {
  const shortest = failed ? SHORTEST : SHORTEST_IN_BODIES;
  const needles: Needle[] = [];
  for (const secret of new Set(secrets)) {
    if (secret.length < shortest || isCommon(secret)) continue;
    const plain = bytesOf(secret);
    const isKey = !secret.includes(" ");
    needles.push(needleOf(plain, isKey));
    for (const base64 of base64Of(plain))
      if (base64.length >= Math.max(8, shortest)) needles.push(needleOf(bytesOf(base64), isKey));
  }
  return needles;
}

function needleOf(bytes: Uint8Array, isKey: boolean): Needle {
  const { read, size } = readingOf(bytes, true);
  const most = Math.max(SHORTEST_IN_BODIES, Math.ceil(size / 2));
  return { bytes: read.subarray(0, size), least: isKey ? Math.min(size, most) : size };
}

/** What stands in answers for other reasons: words, numbers, times, types of media, and addresses without a password. */
function isCommon(text: string): boolean {
  return (
    (text.length < SHORTEST_IN_BODIES && /^(?:[a-z]+|[\d.:-]+)$/i.test(text)) ||
    /^(?:\d{4}-?\d\d-?\d\dT?[\d:.]*Z?|.* GMT)$/.test(text) ||
    /^(?:application|audio|image|multipart|text|video)\/[^+/]+$/.test(text) ||
    /^[a-z][a-z\d+.-]*:\/\/[^@\s]*$/i.test(text)
  );
}

/** The base64 of some bytes, wherever they stand in what is encoded: as much of it as they alone decide. */
function base64Of(bytes: Uint8Array): string[] {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return [0, 1, 2].map((before) =>
    btoa("\0".repeat(before) + text).slice(
      Math.ceil((before * 8) / 6),
      Math.floor(((before + text.length) * 8) / 6),
    ),
  );
}
