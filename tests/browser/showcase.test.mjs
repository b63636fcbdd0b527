// The showcase as a visitor uses it, in headless Chromium.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, start } from "./support.mjs";

let server;
let browser;
let page;
const errors = [];

before(async () => {
  server = await start("showcase");
  browser = await launch();
  page = await browser.newPage();
  page.on("pageerror", (error) => errors.push(error));
  page.on("console", (message) => {
    // A failed call is an error to the console, and here it is meant to fail.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) errors.push(message.text());
  });
  await page.goto(server.url);
});

after(async () => {
  await browser?.close();
  await server?.stop();
  assert.deepEqual(errors, []);
});

const text = (selector) => page.locator(selector).textContent();
const until = (selector, expected) =>
  page.waitForFunction(
    ([selector, source]) => new RegExp(source).test(document.querySelector(selector).textContent),
    [selector, expected.source],
    { timeout: 10_000 },
  );

test("a validation error stands beside its field, and a valid call works", async () => {
  await page.click("#todo button");
  await until('[data-for="text"]', /at least 1 character/);
  assert.equal(await text('[data-for="notify"]'), "");
  await page.fill("[name=text]", "Buy milk");
  await page.fill("[name=notify]", "nobody");
  await page.click("#todo button");
  await until('[data-for="notify"]', /e-?mail/i);
  await page.fill("[name=notify]", "ann@example.com");
  await page.click("#todo button");
  await until("#todos", /Buy milk \d/);
  assert.equal(await text('[data-for="text"]'), "");
});

test("a countdown arrives number by number, and Stop closes its stream on the server", async () => {
  await until("#open-streams", /^0$/);
  await page.click("#countdown-start");
  await until("#open-streams", /^1$/);
  await until("#countdown", /^18$/);
  await page.click("#countdown-stop");
  await until("#open-streams", /^0$/);
  assert.ok(Number(await text("#countdown")) > 10);
});

test("an answer grows word by word, and Stop stops it", async () => {
  await page.click("#ask-start");
  await until("#answer", /^You asked: “How/);
  const early = (await text("#answer")).length;
  await until("#answer", /async stream in Rust/);
  assert.ok((await text("#answer")).length > early);
  await page.click("#ask-stop");
  await until("#open-streams", /^0$/);
  assert.ok(!(await text("#answer")).includes("falls at once"));
});

test("a refusal is typed, and a bug is hidden", async () => {
  await page.click("#join button");
  await until("#join-result", /^All 12 seats are taken\.$/);
  await page.fill("[name=room]", "attic");
  await page.click("#join button");
  await until("#join-result", /^There is no such room\.$/);
  await page.click("#bug");
  await until("#bug-result", /[0-9a-f]{16}$/);
});

test("a page that is closed ends its streams", async () => {
  const other = await browser.newPage();
  await other.goto(server.url);
  await other.click("#countdown-start");
  await until("#open-streams", /^1$/);
  await other.close();
  await until("#open-streams", /^0$/);
});
