// Channels and callbacks in headless Chromium, with the client that the showcase generates.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, start } from "./support.mjs";

let server;
let browser;
let page;

before(async () => {
  server = await start("showcase");
  browser = await launch();
  page = await browser.newPage();
  await page.goto(server.url);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const openStreams = (count) =>
  page.waitForFunction((count) => document.querySelector("#open-streams").textContent === count, String(count));

test("a channel brings every message back in order, and closing it ends the server's side", async () => {
  await openStreams(0);
  const echoed = await page.evaluate(async () => {
    const { onEcho } = await import("/telefunc/demo.js");
    const channel = await onEcho();
    const echoed = [];
    const all = new Promise((done) => channel.listen((message) => echoed.push(message) === 1000 && done()));
    for (let n = 0; n < 1000; n++) await channel.send(`message ${n}`);
    await all;
    channel.close();
    return echoed;
  });
  assert.deepEqual(
    echoed,
    Array.from({ length: 1000 }, (_, n) => `message ${n}`),
  );
  await openStreams(0);
});

test("the server calls a function of the page until the page is gone", async () => {
  const other = await browser.newPage();
  await other.goto(server.url);
  const ticks = await other.evaluate(async () => {
    const { onTicks } = await import("/telefunc/demo.js");
    const ticks = [];
    await new Promise((done) => onTicks((n) => void (ticks.push(n) === 5 && done())));
    return ticks;
  });
  assert.deepEqual(ticks, [0, 1, 2, 3, 4]);
  await openStreams(1);
  await other.close();
  await openStreams(0);
});
