// The suite in headless Chromium, from the same files: in a page and in a worker of one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "../browser/support.mjs";
import { guardId, now } from "./suite/check.mjs";
import { folder, report, SEED, start } from "./support.mjs";

let server;
let browser;
before(async () => {
  server = await start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const open = async () => {
  const page = await browser.newPage();
  await page.goto(`${server.origin}/suite/`);
  return page;
};
const options = () => ({ base: `${server.origin}/generated/js/`, url: "/_telefunc", seed: SEED, count: 5 });

test("a page", async (t) => {
  const page = await open();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error));
  await report(t, await page.evaluate(async (options) => (await import("/suite/run.mjs")).run(options), options()));
  await page.close();
  assert.deepEqual(errors, []);
});

test("a worker of a page", async (t) => {
  const page = await open();
  const results = await page.evaluate(
    (options) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/suite/worker.mjs", { type: "module" });
        worker.onerror = (event) => reject(new Error(event.message));
        worker.onmessage = ({ data }) => (data === "ready" ? worker.postMessage(options) : resolve(data));
      }),
    options(),
  );
  await report(t, results);
  await page.close();
});

/** Opens a stream in a page, has it ended by `end`, and tells how long the server took to drop it. */
const ends = async (t, how, begin, end) => {
  const { onDropped, onMade } = await import(`${folder("js")}guard.js`);
  const { configure } = await import(`${folder("js")}runtime/index.js`);
  configure({ url: server.url });
  const page = await open();
  const id = guardId();
  await page.evaluate(begin, id);
  await onMade(id);
  const dropped = onDropped(id);
  const at = now();
  await end(page);
  const ms = (await dropped) - at;
  t.diagnostic(`${how}: ${ms.toFixed(1)} ms`);
  assert.ok(ms < 2000, `${ms} ms`);
  if (!page.isClosed()) await page.close();
};

const inPage = async (id) => {
  const { onWait } = await import("/generated/js/generators.js");
  window.kept = onWait(id);
  await window.kept.next();
};
const inWorker = (id) => {
  window.worker = new Worker("/suite/hold.mjs", { type: "module" });
  window.worker.postMessage(id);
};

test("closing a page drops its streams on the server", (t) => ends(t, "page close", inPage, (page) => page.close()));
test("leaving a page drops its streams on the server", (t) =>
  ends(t, "navigation", inPage, (page) => page.goto("about:blank")));
test("terminating a worker drops its streams on the server", (t) =>
  ends(t, "terminate in a page", inWorker, (page) => page.evaluate(() => window.worker.terminate())));
