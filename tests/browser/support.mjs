// Starts an example's server, and headless Chromium.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
// The development tools are installed beside the client.
const { chromium } = createRequire(join(root, "client/package.json"))("playwright-core");

/** Runs an example's package on a free port, and waits until it says where. */
export async function start(name) {
  const child = spawn("cargo", ["run", "--quiet", "--package", name], {
    cwd: root,
    env: { ...process.env, ADDRESS: "127.0.0.1:0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url) return { url, stop: () => stop(child) };
  }
  throw new Error(`${name} ended before it said where it listens`);
}

async function stop(child) {
  const ended = once(child, "exit");
  // cargo hands its place to the program where it can (exec on Unix), so this reaches the server.
  child.kill("SIGTERM");
  await ended;
}

/** Debian's Chromium, which as root runs only without its sandbox. */
export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
