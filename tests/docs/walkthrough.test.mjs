// Makes the README's project in an empty folder, by its own words, and runs every command of it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { launch } from "../browser/support.mjs";
import { blocks, isExcerpt } from "./blocks.mjs";
import { read, root, run } from "./project.mjs";

const steps = blocks("README.md").filter(({ section }) => section === "A project of your own");

test("a project made by the README works", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "telefunc-readme-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const hello = join(folder, "hello");
  const port = await freePort();
  const here = (text) => text.replaceAll("127.0.0.1:3000", `127.0.0.1:${port}`).replaceAll("../telefunc", root);

  const [create, ...rest] = steps;
  assert.equal(create.text, "cargo new hello");
  run(create.text, folder);
  // The versions that everything else here is tested with.
  cpSync(join(root, "Cargo.lock"), join(hello, "Cargo.lock"));

  for (const [index, { at, language, title, text }] of rest.entries()) {
    if (title) {
      mkdirSync(dirname(join(hello, title)), { recursive: true });
      writeFileSync(join(hello, title), `${here(text)}\n`);
    } else if (language === "sh") {
      const printed = [];
      for (const line of here(text).split("\n")) {
        if (line === "cargo run") await serve(t, hello);
        else printed.push(run(line.replace(/^curl /, "curl -sS "), hello).trim());
      }
      const next = rest[index + 1];
      if (next?.language === "text") assert.equal(printed.join("\n"), next.text, at);
      if (text === "node call.mjs") assert.deepEqual(printed, ["Hello, Node!"]);
    }
  }

  const browser = await launch();
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.waitForFunction(() => document.getElementById("out").textContent === "0");
});

test("the project of the README is examples/single", () => {
  for (const [title, path] of [
    ["src/main.rs", "src/main.rs"],
    ["web/index.html", "web/index.html"],
  ]) {
    const { text } = steps.find((step) => step.title === title);
    assert.ok(isExcerpt(text, read(`examples/single/${path}`)), title);
  }
});

/** Starts the project's server, and waits until it says where it is. */
async function serve(t, cwd) {
  const env = { ...process.env, CARGO_TARGET_DIR: process.env.CARGO_TARGET_DIR ?? join(root, "target") };
  const child = spawn("cargo", ["run", "--quiet"], { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
  t.after(async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  });
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) if (line.startsWith("Open ")) return;
  throw new Error("the server ended before it said where it listens");
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
