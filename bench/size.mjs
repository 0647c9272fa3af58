// What a browser loads: the smallest program of each, bundled and minified, as brotli sends it.
import { readFile } from "node:fs/promises";
import { brotliCompressSync, constants } from "node:zlib";
import { bundled, wasmPath } from "./bundle.mjs";
import { number, times } from "./figures.mjs";
import { atMost } from "./goals.mjs";

const programs = {
  troupe: {
    title: "troupe: JavaScript and .wasm",
    source: `export { createTroupe } from "troupe";`,
    beside: [wasmPath],
  },
  aisdk: {
    title: "Vercel AI SDK, core alone",
    source: `export { generateText } from "ai";`,
  },
  aisdk_openai: {
    title: "Vercel AI SDK with its OpenAI provider",
    source: `export { generateText } from "ai"; export { createOpenAI } from "@ai-sdk/openai";`,
  },
  langchain: {
    title: "langchain createAgent",
    source: `export { createAgent } from "langchain";`,
  },
};

const kilobytes = (bytes) => number(bytes / 1000);

function compressed(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
}

export async function size({ place }) {
  const sizes = {};
  for (const [name, { source, beside = [] }] of Object.entries(programs)) {
    place(`[${name}]`);
    const script = await bundled("browser", source, `size/${name}.js`);
    const files = [script, ...(await Promise.all(beside.map((path) => readFile(path))))];
    const each = files.map(compressed);
    sizes[name] = {
      each,
      brotli: each.reduce((sum, bytes) => sum + bytes, 0),
      plain: files.reduce((sum, { length }) => sum + length, 0),
    };
  }

  const columns = ["", "brotli", "kB, brotli", "of these JavaScript", "and .wasm", "kB, plain"];
  const rows = Object.entries(programs).map(([name, { title }]) => {
    const { each, brotli, plain } = sizes[name];
    const [script, wasm] = each;
    const ratio = brotli / sizes.troupe.brotli;
    const parts = [kilobytes(script), wasm === undefined ? "" : kilobytes(wasm)];
    return [title, times(ratio), kilobytes(brotli), ...parts, kilobytes(plain)];
  });
  const caption =
    "How many times troupe's bytes; then kB (1,000 bytes): esbuild --minify for browsers, brotli at its best.";
  const goals = [atMost("kB that a browser loads for troupe", sizes.troupe.brotli / 1000, 110, number)];
  return { tables: [{ caption, columns, rows }], goals };
}
