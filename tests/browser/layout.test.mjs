// The page fits narrow and wide windows, by day and by night, and says what its parts are to those who cannot see them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin, question, stands, theatre, useEndpoint } from "./page.mjs";

let house;
before(async () => void (house = await theatre()));
after(() => house?.close());

const overflow = (page) =>
  page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));

async function fits(page, when) {
  const { wide, window } = await overflow(page);
  assert.ok(wide <= window, `${when}: ${wide} pixels in a window of ${window}.`);
}

for (const width of [360, 768, 1280]) {
  test(`nothing is wider than a window of ${width} pixels`, async () => {
    const page = await house.open({ viewport: { width, height: 800 } });
    await fits(page, "empty");
    await useEndpoint(page, { url: `http://127.0.0.1:1/${"long".repeat(40)}` });
    await fits(page, "with settings open");
    await page.getByLabel("Offline").check();
    await begin(
      page,
      `Write "${"a word, and ".repeat(30)}${"x".repeat(300)}" to ${"long_".repeat(20)}name.txt`,
    );
    await question(page).waitFor();
    await fits(page, "with a question");
    await page.getByRole("button", { name: "Allow" }).click();
    await stands(page, "done");
    for (const summary of await page.locator(".step > summary, .document > summary").all())
      await summary.click();
    await fits(page, "with all steps and documents open");
    await page.context().close();
  });
}

test("every control has a name, and every colour of text stands out from its ground", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await house.open({ colorScheme });
    await begin(page, "Add 17 and 25");
    await stands(page, "done");
    await page.getByText("Model and servers").click();
    await page.getByLabel("OpenAI-compatible").check();
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll("input, textarea, button, a, summary")]
        .filter((each) => !(each.labels?.[0]?.innerText || each.innerText || each.getAttribute("aria-label")))
        .map((each) => each.outerHTML),
    );
    assert.deepEqual(nameless, []);
    const faint = await page.evaluate(contrasts);
    assert.deepEqual(faint, [], colorScheme);
    await page.context().close();
  }
});

test("the task is done with the keyboard alone", async () => {
  const page = await house.open();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  await page.locator("#task").focus();
  await page.keyboard.type('Write "hello" to hello.txt');
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.id === "start")) break;
  }
  await page.keyboard.press("Enter");
  await question(page).waitFor();
  // The question has the focus; next are its arguments, the reason, and Allow.
  for (let i = 0; i < 3; i++) await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Allow");
  await page.keyboard.press("Enter");
  await stands(page, "done");
  await page.context().close();
});

/** Runs in the page: texts whose colour is too near to that of their ground (WCAG AA). */
function contrasts() {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const channels = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((value) => {
      const share = value / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = channels(getComputedStyle(each).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (!says || element.matches(":disabled, .sr, noscript") || !element.checkVisibility()) continue;
    const [a, b] = [channels(getComputedStyle(element).color), groundOf(element)]
      .map(light)
      .sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5)
      faint.push(
        `${element.tagName}.${element.className} "${element.textContent.trim().slice(0, 30)}" ${ratio.toFixed(2)}`,
      );
  }
  return faint;
}
