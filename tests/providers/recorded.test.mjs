// What stands in recorded/, and what the codecs are held against, is what the vendors' own clients send.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { names, recordingOf } from "./record.mjs";

for (const name of names)
  test(`the recording of ${name} is what the vendor's own client makes`, async () => {
    const file = new URL(`recorded/${name}.json`, import.meta.url);
    assert.equal(await recordingOf(name), await readFile(file, "utf8"));
  });
