// The page as a person uses it, in a real Chromium.
import assert from "node:assert/strict";
import { launch } from "../standin/chromium.mjs";
import { serve } from "../../web/serve.mjs";

/** Serves the page and opens browsers' pages on it. What a page complains of in its console fails the test. */
export async function theatre() {
  const site = await serve();
  const browser = await launch();
  return {
    open: async (options = {}) => {
      const context = await browser.newContext({ acceptDownloads: true, ...options });
      const page = await context.newPage();
      page.complaints = [];
      page.on("pageerror", (error) => page.complaints.push(error.message));
      page.on("console", (said) => {
        if (/Content.Security.Policy|Uncaught/i.test(said.text())) page.complaints.push(said.text());
      });
      await page.goto(site.url);
      await page.getByText("Release").waitFor();
      return page;
    },
    close: () => Promise.all([browser.close(), site.close()]),
  };
}

export async function begin(page, task) {
  await page.getByLabel("The task, in plain words").fill(task);
  await page.getByRole("button", { name: "Run", exact: true }).click();
}

/** Waits until the run stands like this: `done`, `paused`, `failed`. */
export async function stands(page, state) {
  try {
    await page.locator(`#status[data-state="${state}"]`).waitFor({ timeout: 15_000 });
  } catch {
    assert.fail(`It does not stand as ${state}; the page says: ${await page.locator("#status").innerText()}`);
  }
  return page.locator("#status").innerText();
}

export const answer = (page) => page.locator("#answer").innerText();
export const question = (page) => page.locator("#question");
/** One line a step: its title, how it stands, what it was asked. */
export async function steps(page) {
  const texts = await page.locator(".step > summary").allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, " ").replaceAll(" ,", ",")).join("\n");
}

/** The journal that the link downloads. */
export async function downloaded(page) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download" }).click(),
  ]);
  const pieces = [];
  for await (const piece of await download.createReadStream()) pieces.push(piece);
  return { name: download.suggestedFilename(), text: Buffer.concat(pieces).toString("utf8") };
}

export async function openJournal(page, text) {
  await page
    .locator("#open")
    .setInputFiles({ name: "run.jsonl", mimeType: "application/x-ndjson", buffer: Buffer.from(text) });
}

export async function useEndpoint(page, { url, model = "test-model", key = "" }) {
  if (!(await page.locator("#settings").getAttribute("open")))
    await page.getByText("Model and servers").click();
  await page.getByLabel("OpenAI-compatible").check();
  await page.getByLabel("Address", { exact: true }).fill(url);
  await page.getByLabel("Model", { exact: true }).fill(model);
  await page.getByRole("textbox", { name: /^Key/ }).fill(key);
}
