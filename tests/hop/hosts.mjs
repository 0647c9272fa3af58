// The four hosts that a run hops between: each does one leg of the journey, as leg.mjs says.
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import * as troupe from "troupe";
import { launch } from "../standin/chromium.mjs";
import { workerd } from "../standin/workerd.mjs";
import { leg } from "./leg.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const wasm = fileURLToPath(new URL("./core/troupe.wasm", import.meta.resolve("troupe")));
const program = at("../../build/native-debug/tests/hop/troupe_hop_host");

/** The core itself, as a program. */
export async function nativeHost() {
  const goOn = (journey) =>
    new Promise((resolve, reject) => {
      const child = execFile(program, { maxBuffer: 1 << 26 }, (error, said, complaint) =>
        error ? reject(new Error(`${error.message}\n${complaint}`)) : resolve(JSON.parse(said)),
      );
      child.stdin.end(JSON.stringify(journey));
    });
  return { name: "native", leg: goOn, close: async () => undefined };
}

export async function nodeHost() {
  return { name: "Node", leg: (journey) => leg(troupe, journey), close: async () => undefined };
}

/** The package in a page of Chromium. */
export async function chromiumHost() {
  const script = await bundled(
    "browser",
    'import * as t from "troupe"; globalThis.goOn = (journey) => leg(t, journey);',
  );
  const files = {
    "/": ["text/html", '<!doctype html><title>hop</title><script type="module" src="hop.js"></script>'],
    "/hop.js": ["text/javascript", script],
    "/core/troupe.wasm": ["application/wasm", await readFile(wasm)],
  };
  const server = createServer(({ url }, response) => {
    const [type, body] = files[url] ?? ["text/plain", ""];
    response.writeHead(files[url] ? 200 : 404, { "content-type": type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await launch();
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => globalThis.goOn);
  return {
    name: "Chromium",
    leg: (journey) => page.evaluate((given) => globalThis.goOn(given), journey),
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

/** The package in workerd. */
export async function workerdHost() {
  const folder = at("../../build/hop/");
  await mkdir(folder, { recursive: true });
  const entry = `import * as t from "troupe";
    export default { fetch: async (request) => Response.json(await leg(t, await request.json())) };`;
  await writeFile(`${folder}worker.js`, await bundled("workerd", entry));
  await copyFile(wasm, `${folder}troupe.wasm`);
  const worker = await workerd(folder);
  const post = async (journey) => {
    const response = await fetch(worker.url, { method: "POST", body: JSON.stringify(journey) });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  return { name: "workerd", leg: post, close: worker.close };
}

/** `entry` and the leg, with the package as this kind of host gets it. */
async function bundled(condition, entry) {
  const { outputFiles } = await build({
    stdin: { contents: `import { leg } from "./leg.mjs"; ${entry}`, resolveDir: at(".") },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    platform: condition === "browser" ? "browser" : "neutral",
    conditions: [condition],
    plugins: [
      {
        name: "wasm beside",
        setup: ({ onResolve }) =>
          onResolve({ filter: /\.wasm$/ }, () => ({ path: "./troupe.wasm", external: true })),
      },
    ],
  });
  return outputFiles[0].text;
}
