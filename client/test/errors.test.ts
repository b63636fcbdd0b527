/** Error classes across copies of the package, realms, minifiers and workers. */

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import * as ours from "../src/index.js";
import { end, item, serve } from "./server.js";

const { Abort, ValidationError, ServerError, ProtocolError, ConnectionError, ChannelClosedError } = ours;
const classes = { Abort, ValidationError, ServerError, ProtocolError, ConnectionError, ChannelClosedError };
const names = Object.keys(classes) as (keyof typeof classes)[];

const source = fileURLToPath(new URL("../src/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "telefunc-copy-"));
after(() => rmSync(folder, { recursive: true }));
cpSync(source, join(folder, "copy"), { recursive: true });
writeFileSync(join(folder, "package.json"), '{ "type": "module" }');

const sameAs = (theirs: typeof classes) => {
  for (const name of names) {
    const error = new theirs[name]("text", { value: 1 });
    assert.notEqual(theirs[name], classes[name]);
    assert.equal(error.name, name);
    assert.equal(`${error}`, `${name}: text`);
    assert(error instanceof ours.TelefuncError);
    for (const other of names) assert.equal(error instanceof classes[other], other === name);
  }
};

test("instanceof knows the errors of another copy of the package", async () => {
  sameAs(await import(pathToFileURL(join(folder, "copy/index.js")).href));
});

test("instanceof knows the errors of another realm, names survive a minifier", async () => {
  const { outputFiles } = await build({
    entryPoints: [join(source, "index.js")],
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "telefunc",
    write: false,
  });
  const realm = createContext({});
  runInContext(`${outputFiles[0]?.text}; globalThis.telefunc = telefunc`, realm);
  const { telefunc } = realm as unknown as { telefunc: typeof ours };
  assert(!(new telefunc.Abort("x") instanceof Error));
  sameAs(telefunc);
});

test("a stack begins with the error's own name", () => {
  assert.match(new ours.ServerError("text").stack ?? "", /^ServerError: text\n/);
});

test("classes that a page derives are told apart", () => {
  class Mine extends ours.Abort {}
  class Other extends ours.Abort {}
  const mine = new Mine("text");
  assert(mine instanceof Mine && mine instanceof ours.Abort && mine instanceof ours.TelefuncError);
  assert(!(mine instanceof Other));
  assert(!(new ours.Abort("text") instanceof Mine));
  assert.equal(mine.name, "Abort");
});

test("instanceof takes anything", () => {
  const values = [null, undefined, 1, "Abort", Symbol("x"), {}, [], new Error("x"), Object.create(null)];
  for (const value of [...values, { constructor: "Abort" }, { constructor: null }, () => 1]) {
    assert(!((value as unknown) instanceof ours.TelefuncError));
    assert(!((value as unknown) instanceof ours.Abort));
  }
});

test("a worker calls and streams like a page", async () => {
  const server = await serve({
    "w.add": (call) => call.json(call.args[0] + call.args[1]),
    "w.count": ({ stream, response }) => {
      stream();
      response.end(Buffer.concat([item(1), item(2), end]));
    },
    "w.refuse": (call) => call.fail(403, { kind: "abort", value: "no" }),
  });
  const code = `
    import { parentPort } from "node:worker_threads";
    import { Abort, call, configure, stream } from ${JSON.stringify(new URL("../src/index.js", import.meta.url).href)};
    configure({ url: ${JSON.stringify(server.url)} });
    const sum = await call(null, "w.add", "", [1, 2]);
    const values = [];
    for await (const value of stream(null, "w.count", "", [])) values.push(value);
    const refusal = await call(null, "w.refuse", "", []).catch((error) => error instanceof Abort && error.value);
    parentPort.postMessage({ sum, values, refusal });`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  const result = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  assert.deepEqual(result, { sum: 3, values: [1, 2], refusal: "no" });
  await worker.terminate();
});
