// Writes down what vendors' own clients send for our conversation, for the codecs' tests to be held against:
// npm ci --prefix tests/providers && node tests/providers/record.mjs
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = join(import.meta.dirname, "recorded");

/** The one request that `send(url)` makes; what it makes of the answer does not matter. */
async function recorded(createServer, send) {
  let request;
  const server = createServer(async (incoming, answer) => {
    let body = "";
    for await (const piece of incoming) body += piece;
    request ??= { method: incoming.method, path: incoming.url, body: JSON.parse(body) };
    answer.writeHead(400, { "content-type": "application/json" }).end('{"message":"recorded"}');
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  await send(`http://127.0.0.1:${server.address().port}`).catch(() => {});
  server.closeAllConnections?.();
  server.close();
  if (!request) throw new Error("The client sent nothing.");
  return request;
}

/** All of a vendor's requests. */
async function requestsOf(vendor) {
  const { createServer, whole, streamed } = await import(`./${vendor}.mjs`);
  return { whole: await recorded(createServer, whole), streamed: await recorded(createServer, streamed) };
}

/** What each file in recorded/ holds. */
const contents = {
  anthropic: () => requestsOf("anthropic"),
  bedrock: () => requestsOf("bedrock"),
  bedrock_streams: async () => (await import("./stream.mjs")).streams,
};
for (const name of [
  "azure-chat",
  "cohere",
  "cohere-schema",
  "google",
  "google-vertex",
  "google-whole",
  "openai-chat",
  "openai-responses",
]) {
  contents[name] = async () => (await import("./more.mjs")).recordings[name];
}

export const names = Object.keys(contents);
export const recordingOf = async (name) => `${JSON.stringify(await contents[name](), null, 2)}\n`;

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await mkdir(folder, { recursive: true });
  for (const name of names) await writeFile(join(folder, `${name}.json`), await recordingOf(name));
}
