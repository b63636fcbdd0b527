// The example `examples/todo`: its page is compiled, bundled and used.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { launch, start } from "../browser/support.mjs";
import { root, run } from "./project.mjs";

test("the page of the to-do list works", async (t) => {
  const server = await start("todo");
  t.after(server.stop);
  // The server's build script has written the client.
  const web = join(root, "examples/todo/server/web");
  run("npm run --silent check", web);
  run("npm run --silent build", web);
  const browser = await launch();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const failures = [];
  page.on("pageerror", (error) => failures.push(error));
  await page.goto(server.url);

  await page.fill("#log-in input", "Ada!");
  await page.click("#log-in button");
  await page.waitForFunction(() => /^name /.test(document.getElementById("problem").textContent));
  await page.fill("#log-in input", "ada");
  await page.click("#log-in button");
  await page.waitForFunction(() => document.getElementById("greeting").textContent === "Hello, ada");

  await page.fill("#new input", "Buy milk");
  await page.click("#new button");
  await page.click("#todos li:has-text('– Buy milk')");
  await page.click("#todos li:has-text('✓ Buy milk')");
  await page.waitForFunction(() => document.getElementById("problem").textContent === "“Buy milk” is done.");
  assert.deepEqual(failures, []);
});
