import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, frameRoom, readSize, textOf, writeFrame } from "../../wasm/dist/frames.js";

function framed(head, body) {
  const memory = new Uint8Array(frameRoom(head, body) + 16);
  const end = writeFrame(memory, 8, head, body);
  return Buffer.from(memory.subarray(8, end));
}

test("a frame is length, head, length, body", () => {
  const frame = framed('{"kind":"x"}', "abc");
  assert.equal(frame.readUInt32LE(0), 12);
  assert.equal(frame.toString("utf8", 4, 16), '{"kind":"x"}');
  assert.equal(frame.readUInt32LE(16), 3);
  assert.equal(frame.toString("utf8", 20), "abc");
  assert.equal(readSize(frame, 16), 3);
});

test("text is written as UTF-8, whether short, long or broken", () => {
  for (const text of [
    "",
    "short",
    "é",
    "x".repeat(300),
    "日本語".repeat(200),
    "a".repeat(255) + "ü",
    "lone \ud800 half",
  ]) {
    const frame = framed(text, text);
    const expected = Buffer.from(text, "utf8");
    assert.deepEqual(frame.subarray(4, 4 + frame.readUInt32LE(0)), expected);
    assert.equal(frame.length, 8 + 2 * expected.length);
  }
});

test("bytes are copied as they are", () => {
  const bytes = new Uint8Array([0, 255, 13, 10, 128]);
  assert.deepEqual([...framed("{}", bytes).subarray(10)], [...bytes]);
});

test("lengths beyond two gigabytes are read as they were meant", () => {
  assert.equal(readSize(new Uint8Array([255, 255, 255, 255]), 0), 0xffffffff);
});

test("bytes that are no UTF-8 become replacement characters, and a byte order mark stays", () => {
  assert.equal(textOf(new Uint8Array([65, 0xff, 66])), "A\ufffdB");
  assert.equal(textOf(bytesOf("\ufeffx")), "\ufeffx");
});
