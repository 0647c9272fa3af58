// A real server asks in the midst of a call, and the person at the page answers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { everything } from "../standin/everything.mjs";
import { openAi } from "../standin/openai.mjs";
import { answer, begin, question, stands, steps, theatre, useEndpoint } from "./page.mjs";

let stage, page, server, model;
before(async () => {
  server = await everything();
  const turns = [
    { calls: [["trigger-elicitation-request", {}]] },
    { calls: [["trigger-sampling-request", { prompt: "A rhyme.", maxTokens: 20 }]] },
  ];
  model = await openAi((body, turn) => {
    const last = body.messages.at(-1);
    if (last.role === "user" && /A rhyme/.test(last.content)) return { text: "sea and me" };
    return turns[turn] ?? { text: "All is filled in." };
  });
  stage = await theatre();
  page = await stage.open();
});
after(() => Promise.all([stage?.close(), server?.close(), model?.close()]));

test("a server's form has a field for each question, and a reply of the model is given only after a yes", async () => {
  await useEndpoint(page, { url: model.url });
  await page.getByLabel("One a line").fill(`every ${server.url}`);
  await begin(page, "Fill in the form.");
  // Calls that act are asked about first.
  await question(page).getByRole("button", { name: "Allow" }).click();
  await question(page).getByText("This comes from the server every.").waitFor();
  await question(page).getByRole("button", { name: "Send" }).click();
  await question(page).getByText("/name is missing").waitFor();
  await question(page)
    .getByLabel(/legal name/)
    .fill("Ada");
  await question(page)
    .getByLabel(/Agree to the terms/)
    .selectOption("yes");
  await question(page).getByRole("button", { name: "Send" }).click();
  await question(page).getByRole("button", { name: "Allow" }).click();
  await question(page).getByText("wants a reply of this run's model").waitFor();
  await question(page).getByRole("button", { name: "Yes" }).click();
  await stands(page, "done");
  assert.equal(await answer(page), "All is filled in.");
  const told = model.requests
    .at(-1)
    .body.messages.map(({ content }) => content)
    .join("\n");
  assert.match(told, /Name: Ada/);
  assert.match(told, /sea and me/);
  assert.match(await steps(page), /trigger-elicitation-request/);
  assert.deepEqual(page.complaints, []);
});
