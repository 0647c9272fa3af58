// The client inside Chromium: one page for all scenarios. The suite's servers know nothing of browsers' rules for other
// origins, so what the page sends goes through a proxy that adds what those rules want, and nothing else.
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, request as send } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { launch } from "../../standin/chromium.mjs";

const here = import.meta.dirname;

export async function start() {
  const folder = await mkdtemp(join(tmpdir(), "troupe-conformance-chromium-"));
  await build({
    entryPoints: [join(here, "page.mjs")],
    outdir: folder,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    conditions: ["browser"],
    logLevel: "warning",
  });
  await mkdir(join(folder, "core"));
  await copyFile(
    fileURLToPath(new URL("./core/troupe.wasm", import.meta.resolve("troupe"))),
    join(folder, "core/troupe.wasm"),
  );
  const proxy = await listening(createServer((incoming, outgoing) => pass(incoming, outgoing, folder)));
  const browser = await launch([
    `--proxy-server=http://127.0.0.1:${proxy.address().port}`,
    // Without this a browser goes to its own machine directly.
    "--proxy-bypass-list=<-loopback>",
  ]);
  const page = await browser.newPage();
  // Only on such hosts pages have what signing needs, without a certificate.
  await page.goto("http://page.localhost/");
  await page.waitForFunction("globalThis.play !== undefined");
  const front = await listening(
    createServer(async (incoming, outgoing) => {
      const { url, env } = JSON.parse((await incoming.toArray()).join(""));
      const failed = await page.evaluate(
        ([address, environment]) =>
          globalThis.play(address, environment).then(
            () => undefined,
            (error) => String(error?.stack ?? error),
          ),
        [url, env],
      );
      outgoing.writeHead(failed === undefined ? 200 : 500).end(failed ?? "played");
    }),
  );
  return {
    url: `http://127.0.0.1:${front.address().port}/`,
    close: async () => {
      await browser.close();
      for (const server of [proxy, front]) {
        server.closeAllConnections();
        server.close();
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listening(server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const types = { "/page.js": "text/javascript", "/core/troupe.wasm": "application/wasm" };

function pass(incoming, outgoing, folder) {
  const url = new URL(incoming.url);
  if (url.hostname === "page.localhost") return void serve(url.pathname, outgoing, folder);
  const allowed = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "*",
    "access-control-allow-headers": incoming.headers["access-control-request-headers"] ?? "*",
    "access-control-expose-headers": "*",
  };
  if (incoming.method === "OPTIONS") return void outgoing.writeHead(204, allowed).end();
  const { origin: _, "proxy-connection": __, "x-redirect-as-text": asText, ...headers } = incoming.headers;
  const sent = send(url, { method: incoming.method, headers }, (answer) => {
    const exposed = Object.keys(answer.headers).join(", ");
    const added = { ...allowed, "access-control-expose-headers": exposed };
    // A page may not see where a redirect leads: it asks for that as text.
    if (asText !== undefined && answer.headers.location)
      return void outgoing.writeHead(200, added).end(answer.headers.location);
    outgoing.writeHead(answer.statusCode, { ...answer.headers, ...added });
    outgoing.flushHeaders();
    answer.pipe(outgoing);
  });
  sent.on("error", () => outgoing.destroy());
  outgoing.on("close", () => sent.destroy());
  incoming.pipe(sent);
}

async function serve(path, outgoing, folder) {
  if (path === "/")
    return outgoing
      .writeHead(200, { "content-type": "text/html" })
      .end('<script type="module" src="/page.js"></script>');
  const type = types[path];
  if (type === undefined) return outgoing.writeHead(404).end();
  outgoing.writeHead(200, { "content-type": type }).end(await readFile(join(folder, path)));
}
