import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { DefaultChatTransport, readUIMessageStream } from "ai";
import { temporaryFolder } from "./support/folder.mjs";

const repo = join(import.meta.dirname, "../..");

/** A folder in which this repository's packages are found. */
async function folderWithPackages(t) {
  const folder = await temporaryFolder(t);
  await symlink(join(repo, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), '{"private":true,"type":"module"}');
  return folder;
}

/** A program as docs/chat-pages.md has it. */
async function example(name) {
  const page = await readFile(join(repo, "docs/chat-pages.md"), "utf8");
  return page.match(new RegExp(`\`\`\`js\\n(// ${name}[\\s\\S]*?)\`\`\``))[1];
}

/** The address of a server as the documentation has it. */
async function serverOf(t, name) {
  const folder = await folderWithPackages(t);
  await writeFile(join(folder, name), await example(name));
  const env = { ...process.env, PORT: "0" };
  const server = spawn(process.execPath, [name], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => server.kill());
  const [line] = await once(server.stdout, "data");
  return String(line).trim();
}

test("the documentation's server for the AI SDK serves the AI SDK, asks and goes on", async (t) => {
  const transport = new DefaultChatTransport({ api: await serverOf(t, "ai-sdk.mjs") });
  const answerTo = async (messages, last) => {
    const stream = await transport.sendMessages({ chatId: "c", messages, trigger: "submit-message" });
    let message;
    for await (message of readUIMessageStream({ stream, message: last }));
    return message;
  };
  const asked = { id: "1", role: "user", parts: [{ type: "text", text: "add 17 and 25" }] };
  const message = await answerTo([asked]);
  const call = message.parts.find(({ state }) => state === "approval-requested");
  Object.assign(call, { state: "approval-responded", approval: { ...call.approval, approved: true } });
  const answered = await answerTo([asked, message], message);
  assert.match(answered.parts.findLast(({ type }) => type === "text").text, /42/);
});

test("the documentation's server for AG-UI serves the documentation's page", async (t) => {
  const url = await serverOf(t, "ag-ui.mjs");
  const folder = await folderWithPackages(t);
  const asked = "globalThis.confirm = (sentence) => (console.log(sentence), true);\n";
  const page = (await example("page.mjs")).replace("http://localhost:3000", url);
  await writeFile(join(folder, "page.mjs"), asked + page);
  const said = execFileSync(process.execPath, ["page.mjs"], { cwd: folder, encoding: "utf8" });
  assert.match(said, /May "add" be called with these arguments\?\n[^]*42/);
});

const program = `
import type { AGUIEvent, RunAgentInput } from "@ag-ui/core";
import { type UIMessage, type UIMessageChunk, createUIMessageStreamResponse } from "ai";
import { createTroupe } from "troupe";
import { type AgUiEvent, agUiResponse } from "troupe/ag-ui";
import { type RunData, type RunMetadata, type UiMessageChunk, resumedRun, uiMessageStream } from "troupe/ai-sdk";

// Ours are theirs, where theirs are enumerations as the texts that stand for them.
type Plain<Event> = Event extends { type: infer Type extends string } ? Omit<Event, "type"> & { type: \`\${Type}\` } : never;
export const chunk = (ours: UiMessageChunk): UIMessageChunk<RunMetadata, RunData> => ours;
export const event = (ours: AgUiEvent): Plain<AGUIEvent> => ours;

const troupe = await createTroupe();
export const POST = (messages: UIMessage<RunMetadata, RunData>[]): Response => {
  resumedRun(messages) satisfies string | undefined;
  return createUIMessageStreamResponse({ stream: uiMessageStream(troupe.run("x"), { messages }) });
};
export const run = (input: RunAgentInput): Response => agUiResponse(troupe.run("x"), { input });
`;

test("what is streamed has the types of the packages that read it, and mistakes are found", async (t) => {
  const folder = await folderWithPackages(t);
  const compilerOptions = {
    strict: true,
    skipLibCheck: true,
    module: "NodeNext",
    moduleResolution: "NodeNext",
    target: "ES2022",
    lib: ["ES2023", "ESNext.Disposable", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    types: ["node"],
    noEmit: true,
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  const errorsOf = async (text) => {
    await writeFile(join(folder, "main.ts"), text);
    try {
      execFileSync(process.execPath, [join(repo, "node_modules/typescript/bin/tsc"), "-p", folder]);
      return [];
    } catch (error) {
      return String(error.stdout).match(/^main\.ts.*$/gm) ?? [String(error.stdout)];
    }
  };
  assert.deepEqual(await errorsOf(program), []);
  const wrong = program.replace("(ours: UiMessageChunk)", '(ours: UiMessageChunk | { type: "text" })');
  assert.equal((await errorsOf(wrong)).length, 1);
});
