import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import {
  fileCredentials,
  finishPopup,
  finishSignIn,
  loopbackRedirect,
  memoryCredentials,
  popupRedirect,
  routeRedirect,
} from "troupe";
import { authorized, going } from "./support/authorized.mjs";
import { temporaryFolder } from "./support/folder.mjs";

/** Goes where a browser would, through the authorization server's consent. */
async function browse(url) {
  const { headers } = await fetch(url, { redirect: "manual" });
  return headers.get("location");
}

test("a person comes back to a port of 127.0.0.1 that is open as long as the sign-in goes on", async (t) => {
  const shown = [];
  const back = [];
  const show = async (url) => {
    shown.push(new URL(url));
    const answer = await browse(url);
    const forged = new URL(answer);
    forged.searchParams.set("state", "forged");
    for (const each of [forged.href, new URL("/", answer).href, answer]) back.push(await fetch(each));
  };
  const { as, post } = await authorized(t, { auth: { redirect: loopbackRedirect({ show }) } });
  assert.equal(await post(), 200);
  assert.deepEqual(
    back.map(({ status }) => status),
    [404, 404, 200],
  );
  assert.match(await back[2].text(), /close this window/);
  const redirectUri = shown[0].searchParams.get("redirect_uri");
  assert.match(redirectUri, /^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  assert.equal(as.asked("/register")[0].json.application_type, "native");
  await assert.rejects(fetch(redirectUri), TypeError);
});

test("a port that is taken, and a person who does not come back, are said", async (t) => {
  const never = loopbackRedirect({ show: () => undefined, patienceMs: 20 });
  const { refusal, server } = await authorized(t, { auth: { redirect: never } });
  assert.match(await refusal(), /The sign-in failed|Nobody finished it in time/);
  const port = Number(new URL(server.url).port);
  const taken = await authorized(t, {
    auth: { redirect: loopbackRedirect({ show: () => undefined, port }) },
  });
  assert.match(await taken.refusal(), /EADDRINUSE/);
});

test("a window that comes back to a page of the application tells who waits, and nobody else", async (t) => {
  const redirectUri = "https://app.example/signed-in.html";
  const show = async (url) => {
    finishPopup(`${redirectUri}?state=another&code=stolen`);
    finishPopup("no address");
    finishPopup(await browse(url));
  };
  const { post, as } = await authorized(t, { auth: { redirect: popupRedirect({ redirectUri, show }) } });
  assert.equal(await post(), 200);
  assert.equal(as.asked("/register")[0].json.application_type, "web");
  const late = popupRedirect({ redirectUri, show: () => undefined, patienceMs: 20 });
  assert.match(
    await (await authorized(t, { auth: { redirect: late } })).refusal(),
    /Nobody finished it in time/,
  );
});

const route = (store, show, patienceMs) => ({
  store,
  redirect: routeRedirect({ redirectUri: "https://app.example/signed-in", store, show, patienceMs }),
});

test("another isolate takes the answer from its store, and who waits goes on", async (t) => {
  const store = memoryCredentials();
  let page;
  const here = route(store, (url) => (page = url));
  const { as, post } = await authorized(t, { auth: here });
  const waiting = post();
  while (!page) await new Promise((resolve) => setTimeout(resolve, 5));
  const answer = await browse(page);
  await finishSignIn(
    answer,
    route(store, () => assert.fail()),
  );
  assert.equal(await waiting, 200);
  assert.equal(as.asked("/token").length, 1);
  await assert.rejects(finishSignIn(answer, here), /There is no sign-in that this is the answer to/);
});

test("nobody has to wait for the person: the next request finds the access", async (t) => {
  const store = memoryCredentials();
  let page;
  const { server, refusal } = await authorized(t, { auth: route(store, (url) => void (page = url), 400) });
  assert.match(await refusal(), /Nobody has finished it so far/);
  await finishSignIn(
    await browse(page),
    route(store, () => assert.fail()),
  );
  assert.equal(await going(server.url, { store }).post(), 200);
});

test("an answer that is refused ends the sign-in, and who waits hears it", async (t) => {
  const store = memoryCredentials();
  let page;
  const auth = route(store, (url) => void (page = url));
  const { as, refusal } = await authorized(t, { as: { iss: "https://evil.example" }, auth });
  const waiting = refusal();
  while (!page) await new Promise((resolve) => setTimeout(resolve, 5));
  await assert.rejects(finishSignIn(await browse(page), auth), /unexpected "iss"/);
  assert.match(await waiting, /It was not finished on the host that took the answer/);
  assert.equal(as.asked("/token").length, 0);
});

test("a file keeps credentials for its owner alone, and is never half written", async (t) => {
  const folder = join(await temporaryFolder(t), "deep", "troupe");
  const file = join(folder, "credentials.json");
  const store = fileCredentials(file);
  assert.equal(await store.get("a"), undefined);
  const values = Array.from({ length: 20 }, (_, i) => [`key ${i}`, { token: "x".repeat(i) }]);
  const umask = process.umask(0);
  t.after(() => process.umask(umask));
  await Promise.all(values.map(([key, value]) => store.set(key, value)));
  for (const [key, value] of values) assert.deepEqual(await fileCredentials(file).get(key), value);
  await store.delete("key 3");
  await store.delete("was never there");
  assert.equal(await store.get("key 3"), undefined);
  assert.deepEqual(await readdir(folder), ["credentials.json"]);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);

  await writeFile(file, '{"token": "half of a sec');
  await assert.rejects(
    store.get("a"),
    (error) => /is no JSON/.test(error.message) && !/half/.test(error.message),
  );
  await assert.rejects(store.set("a", 1), /is no JSON/);
  assert.match(await readFile(file, "utf8"), /half/);
});

test("by itself the file lies below the user's folder for configuration", async (t) => {
  const folder = await temporaryFolder(t);
  const before = process.env.XDG_CONFIG_HOME;
  process.env.XDG_CONFIG_HOME = folder;
  t.after(() =>
    before === undefined ? delete process.env.XDG_CONFIG_HOME : (process.env.XDG_CONFIG_HOME = before),
  );
  const { server, post } = await authorized(t, { auth: { store: fileCredentials() } });
  assert.equal(await post(), 200);
  assert.match(await readFile(join(folder, "troupe/credentials.json"), "utf8"), /token-/);
  assert.equal(await going(server.url, { store: fileCredentials() }).post(), 200);
});

test("what is no access in a store is none", async (t) => {
  const store = memoryCredentials();
  const { server, post } = await authorized(t, { auth: { store } });
  await store.set(`access ${server.url}`, { token: 5 });
  assert.equal(await post(), 200);
});
