// A language model of random weights as a GGUF file, small enough to be made for each test: llama.cpp reads it like any
// other, and what it says means nothing. It knows each byte and each sign of ASCII as a token.
// As a program: node tests/standin/gguf.mjs FILE

import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const WIDTH = 32;
const HEADS = 2;
const INNER = 64;
const ALIGNMENT = 32;
/** Of github.com/ggml-org/ggml, docs/gguf.md. */
const TYPES = { u32: 4, i32: 5, f32: 6, text: 8, list: 9 };
const KIND = { normal: 1, unknown: 2, control: 3, byte: 6 };

const template =
  "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

/** What this model says over and over: for what a random one would say once in a thousand years. */
const READILY = 6;

const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
const signs = [
  { text: "<unk>", kind: KIND.unknown },
  { text: "<s>", kind: KIND.control },
  { text: "</s>", kind: KIND.control },
  ...Array.from({ length: 256 }, (_, byte) => ({
    text: `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
    kind: KIND.byte,
  })),
  ...ascii.map((sign) => ({ text: sign === " " ? "▁" : sign, kind: KIND.normal })),
];

/** How readily it says a token, over all others: ASCII rather than bytes, and what closes a text, lest it goes on for ever. */
function leaning({ text, kind, readily }) {
  if (readily) return READILY;
  if (text === "</s>") return 0.5;
  if (kind !== KIND.normal) return -3;
  return ['"', "}", "]"].includes(text) ? 3 : 0;
}

/** The same numbers for the same seed: mulberry32, -1 to 1. */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

const u32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const text = (value) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const floats = (values) => Buffer.from(Float32Array.from(values).buffer);
const one = {
  u32,
  i32: u32,
  f32: (value) => floats([value]),
  text,
};
const value = (type, each) => Buffer.concat([u32(TYPES[type]), one[type](each)]);
const list = (type, items) =>
  Buffer.concat([u32(TYPES.list), u32(TYPES[type]), u64(items.length), ...items.map(one[type])]);

const about = (tokens) => ({
  "general.architecture": value("text", "llama"),
  "general.name": value("text", "random"),
  "general.alignment": value("u32", ALIGNMENT),
  "llama.context_length": value("u32", 4096),
  "llama.embedding_length": value("u32", WIDTH),
  "llama.block_count": value("u32", 1),
  "llama.feed_forward_length": value("u32", INNER),
  "llama.attention.head_count": value("u32", HEADS),
  "llama.attention.layer_norm_rms_epsilon": value("f32", 1e-5),
  "llama.rope.dimension_count": value("u32", WIDTH / HEADS),
  "llama.vocab_size": value("u32", tokens.length),
  "tokenizer.ggml.model": value("text", "llama"),
  "tokenizer.ggml.tokens": list(
    "text",
    tokens.map(({ text }) => text),
  ),
  "tokenizer.ggml.scores": list(
    "f32",
    tokens.map((_, i) => -i),
  ),
  "tokenizer.ggml.token_type": list(
    "i32",
    tokens.map(({ kind }) => kind),
  ),
  "tokenizer.ggml.unknown_token_id": value("u32", 0),
  "tokenizer.ggml.bos_token_id": value("u32", 1),
  "tokenizer.ggml.eos_token_id": value("u32", 2),
  "tokenizer.chat_template": value("text", template),
});

/** Name, shape (the fastest dimension first), numbers. */
function tensors(tokens, random) {
  const some = (scale) => (width, height) => Array.from({ length: width * height }, () => random() * scale);
  const weights = some(0.2);
  const ones = Array(WIDTH).fill(1);
  // The first number of each token's vector is 1: what a row of the output has there is how much it leans to its token.
  const first = (rows, value) => rows.map((number, i) => (i % WIDTH === 0 ? value(i / WIDTH) : number));
  return [
    ["token_embd.weight", [WIDTH, tokens.length], first(some(1)(WIDTH, tokens.length), () => 1)],
    ["blk.0.attn_norm.weight", [WIDTH], ones],
    ...["q", "k", "v", "output"].map((name) => [
      `blk.0.attn_${name}.weight`,
      [WIDTH, WIDTH],
      weights(WIDTH, WIDTH),
    ]),
    ["blk.0.ffn_norm.weight", [WIDTH], ones],
    ["blk.0.ffn_gate.weight", [WIDTH, INNER], weights(WIDTH, INNER)],
    ["blk.0.ffn_up.weight", [WIDTH, INNER], weights(WIDTH, INNER)],
    ["blk.0.ffn_down.weight", [INNER, WIDTH], weights(INNER, WIDTH)],
    ["output_norm.weight", [WIDTH], ones],
    [
      "output.weight",
      [WIDTH, tokens.length],
      first(some(0.5)(WIDTH, tokens.length), (i) => leaning(tokens[i])),
    ],
  ];
}

const padded = (bytes) =>
  Buffer.concat([bytes, Buffer.alloc((ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT)]);

/** The file's bytes. `readily` are texts that the model says at any time. */
export function randomModel({ seed = 1, readily = [] } = {}) {
  const tokens = [...signs, ...readily.map((text) => ({ text, kind: KIND.normal, readily: true }))];
  const made = tensors(tokens, chance(seed));
  const data = made.map(([, , numbers]) => padded(floats(numbers)));
  let offset = 0;
  const infos = made.map(([name, shape], i) => {
    const info = [text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset)]; // 0: 32-bit floats
    offset += data[i].length;
    return Buffer.concat(info);
  });
  const members = Object.entries(about(tokens)).map(([name, bytes]) => Buffer.concat([text(name), bytes]));
  const head = [Buffer.from("GGUF"), u32(3), u64(made.length), u64(members.length), ...members, ...infos];
  return Buffer.concat([padded(Buffer.concat(head)), ...data]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  writeFileSync(process.argv[2], randomModel());
