// What only Node can do to a connection: cut it, lose the server, end the process.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { Worker } from "node:worker_threads";
import { drain, guardId, now, sleep } from "./suite/check.mjs";
import { folder, proxy, start } from "./support.mjs";

const base = folder("js");
const load = (path) => import(base + path);
const [{ onEcho }, { onCount, onFlood, onQuiet, onWait, onWaitPlain }, { onDropped, onMade }, runtime] =
  await Promise.all(["errors.js", "generators.js", "guard.js", "runtime/index.js"].map(load));
const { configure, ConnectionError, createClient } = runtime;

let server;
before(async () => {
  server = await start();
  configure({ url: server.url });
});
after(() => server?.stop());

test("a stream that is cut is a ConnectionError after the items that came, never a clean end", async () => {
  const { url, cut, stop } = await proxy(server.port);
  const client = createClient({ url });
  for (const read of [1, 1000]) {
    const stream = onFlood(guardId(), { client });
    for (let i = 0; i < read; i++) await stream.next();
    cut();
    const { error } = await drain(stream);
    assert.ok(error instanceof ConnectionError, `${error}`);
    assert.deepEqual(await stream.next(), { done: true, value: undefined });
  }
  const id = guardId();
  const call = onWaitPlain(id, { client });
  await onMade(id);
  cut();
  await assert.rejects(call, (error) => error instanceof ConnectionError);
  stop();
});

test("a server that dies ends its streams and calls with a ConnectionError, and so do later calls", async () => {
  const mortal = await start();
  const client = createClient({ url: mortal.url });
  const stream = onWait(1, { client });
  await stream.next();
  const next = stream.next();
  const call = onWaitPlain(2, { client });
  const both = Promise.allSettled([next, call]);
  await sleep(50);
  await mortal.stop("SIGKILL");
  for (const { reason } of await both) assert.ok(reason instanceof ConnectionError, `${reason}`);
  await assert.rejects(onEcho(1, { client }), (error) => error instanceof ConnectionError);
  await assert.rejects(onCount(1, { client }).next(), (error) => error instanceof ConnectionError);
});

test("a server that stops finishes a stream that ends in time", async () => {
  const mortal = await start();
  const client = createClient({ url: mortal.url });
  const stream = onQuiet(400, { client });
  assert.deepEqual(await stream.next(), { done: false, value: 1 });
  const stopped = mortal.stop();
  assert.deepEqual(await drain(stream), { items: [2] });
  await stopped;
});

test("a quiet stream lives through a proxy that cuts silent connections", async () => {
  const { url, stop } = await proxy(server.port, { idle: 150 });
  assert.deepEqual(await drain(onQuiet(1000, { client: createClient({ url }) })), { items: [1, 2] });
  stop();
});

test("a process that exits, or is killed, drops its streams on the server", async (t) => {
  for (const [how, end] of [
    ["process.exit", (child) => child.stdin.write("exit\n")],
    ["SIGKILL", (child) => child.kill("SIGKILL")],
  ]) {
    const id = guardId();
    const script = `
      import { onWait } from ${JSON.stringify(`${base}generators.js`)};
      import { configure } from ${JSON.stringify(`${base}runtime/index.js`)};
      configure({ url: ${JSON.stringify(server.url)} });
      process.stdin.on("data", () => process.exit(0));
      for await (const item of onWait(${id})) console.log(item);`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["pipe", "ignore", "inherit"],
    });
    await onMade(id);
    await sleep(50);
    const dropped = onDropped(id);
    const at = now();
    end(child);
    const ms = (await dropped) - at;
    t.diagnostic(`${how}: ${ms.toFixed(1)} ms`);
    assert.ok(ms < 1000, `${ms} ms`);
  }
});

test("a worker that is terminated drops its streams on the server", async (t) => {
  const id = guardId();
  const script = `
    Promise.all([import(${JSON.stringify(`${base}generators.js`)}), import(${JSON.stringify(`${base}runtime/index.js`)})])
      .then(([{ onWait }, { configure }]) => {
        configure({ url: ${JSON.stringify(server.url)} });
        return onWait(${id}).next();
      })
      .then((item) => require("node:worker_threads").parentPort.postMessage(item));
    setInterval(() => {}, 1000);`;
  const worker = new Worker(script, { eval: true });
  await once(worker, "message");
  const dropped = onDropped(id);
  const at = now();
  await worker.terminate();
  const ms = (await dropped) - at;
  t.diagnostic(`terminate: ${ms.toFixed(1)} ms`);
  assert.ok(ms < 1000, `${ms} ms`);
});
