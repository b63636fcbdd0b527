// The suite in Node: with plain modules, with compiled TypeScript, with exact 64-bit integers, and in a worker thread.
import { once } from "node:events";
import { after, before, test } from "node:test";
import { Worker } from "node:worker_threads";
import { tests } from "./suite/run.mjs";
import { folder, report, SEED, start } from "./support.mjs";

let server;
before(async () => {
  server = await start();
});
after(() => server?.stop());

const options = (client, count) => ({ base: folder(client), url: server.url, seed: SEED, count, node: true });

for (const [name, client, bigint] of [
  ["plain modules", "js", false],
  ["compiled TypeScript", "compiled", false],
  ["64-bit integers as bigint", "bigint", true],
]) {
  test(name, async (t) => {
    const note = (text) => t.diagnostic(text);
    for (const [name, run] of await tests({ ...options(client, 30), bigint, note })) await t.test(name, run);
  });
}

test("a worker thread", async (t) => {
  const worker = new Worker(new URL("suite/worker.mjs", import.meta.url));
  try {
    await once(worker, "message");
    const results = once(worker, "message");
    worker.postMessage(options("js", 5));
    await report(t, (await results)[0]);
  } finally {
    await worker.terminate();
  }
});
