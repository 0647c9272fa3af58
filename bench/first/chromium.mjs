// The first answer in a page of Chromium.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { launch } from "../../tests/standin/chromium.mjs";
import { serve } from "../../web/serve.mjs";
import { built, bundled, wasmPath } from "../bundle.mjs";

export async function inChromium(names) {
  await mkdir(built("chromium/core"), { recursive: true });
  await copyFile(wasmPath, built("chromium/core/troupe.wasm"));
  await writeFile(built("chromium/index.html"), "<!doctype html><title>The first answer</title>");
  for (const name of names)
    await bundled("browser", `export * from "./first/${name}.mjs";`, `chromium/${name}.js`);
  const site = await serve({ folder: built("chromium") });
  const browser = await launch();

  /** Milliseconds by the page's clock. A context of its own has an empty cache, of scripts and of compiled code. */
  async function sample(name) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(site.url);
    const { answer, ms } = await page.evaluate(async (script) => {
      const begun = performance.now();
      const { first } = await import(script);
      const answer = await first();
      return { answer, ms: performance.now() - begun };
    }, `/${name}.js`);
    await context.close();
    if (!answer) throw new Error(`${name} gave no answer in Chromium.`);
    return ms;
  }

  return { sample, close: () => Promise.all([browser.close(), site.close()]) };
}
