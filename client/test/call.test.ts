/** Plain calls over real sockets: what is sent, what comes back, and every way to fail. */

import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import {
  Abort,
  type CallOptions,
  ConnectionError,
  call,
  close,
  createClient,
  frames,
  fromBytes,
  isAbort,
  list,
  nothing,
  ProtocolError,
  ServerError,
  TelefuncError,
  toBytes,
  toDate,
  ValidationError,
} from "../src/index.js";
import { type Incoming, item, serve } from "./server.js";

const waiting: ((call: Incoming) => void)[] = [];
/** The next call of `slow`, which nobody answers. */
const nextSlow = () => new Promise<Incoming>((resolve) => waiting.push(resolve));

const server = await serve({
  "a.echo": (call) => call.json(call.args),
  "a.headers": (call) => call.json(call.request.headers),
  "a.void": (call) => call.json(null),
  "a.date": (call) => call.json(["2024-01-02T03:04:05.678Z"]),
  "a.slow": (call) => waiting.shift()?.(call),
  "a.bytes": ({ response, args, parts }) =>
    response.writeHead(200, { "content-type": "application/vnd.telefunc" }).end(item(args, ...parts)),
  "a.maybeBytes": (call) => call.json([]),
  "a.half": ({ response }) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": 100 });
    response.write("[1,2", () => response.destroy());
  },
  "a.fail": (call) => call.fail(call.args[0], call.args[1]),
  "a.foreign": ({ response, args: [status, type, body] }) =>
    response.writeHead(status, type && { "content-type": type }).end(body),
});

const stub =
  (key: string, codecs?: Parameters<typeof call>[5]) =>
  (...args: unknown[]): Promise<any> =>
    call(stub, key, "1a2b3c4d", args, { client: server.client }, codecs);
const echo = stub("a.echo");

/** Waits for a call to fail and gives the error. */
const failing = async (promise: Promise<unknown>): Promise<any> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail("the call did not fail");
};

test("arguments go out and the value comes back", async () => {
  const args = [1, "ü", null, true, { a: [1.5, { b: "" }] }, []];
  assert.deepEqual(await echo(...args), args);
  assert.deepEqual(await echo(), []);
});

test("undefined arguments are null, undefined fields are absent", async () => {
  assert.deepEqual(await echo(undefined, { a: undefined, b: 1 }, [undefined], undefined), [
    null,
    { b: 1 },
    [null],
    null,
  ]);
});

test("a function that gives nothing gives undefined", async () => {
  assert.equal(await stub("a.void", { result: nothing })(), undefined);
  assert.equal(await stub("a.void")(), null);
});

test("results go through their codec", async () => {
  assert.deepEqual(await stub("a.date", { result: list(toDate) })(), [new Date("2024-01-02T03:04:05.678Z")]);
});

test("bytes travel as parts in both directions", async () => {
  const bytes = stub("a.bytes", { args: [fromBytes, undefined, fromBytes], result: list(toBytes), frames });
  const both = stub("a.bytes", { args: [fromBytes, fromBytes], result: list(toBytes), frames });
  const one = new Uint8Array([0, 255, 7]);
  const two = new Uint8Array(100_000).fill(9);
  assert.deepEqual(await both(one, two), [one, two]);
  assert.deepEqual(await both(new Uint8Array(), one), [new Uint8Array(), one]);
  const [first] = await both(one, two);
  assert.equal(first.byteOffset, 0);
  assert.equal(first.buffer.byteLength, 3);
  // An index for which there is no part is not an answer of ours.
  assert.equal((await failing(bytes(one, 1))).code, "not_telefunc");
});

test("a result that could hold bytes but has none may be plain JSON", async () => {
  assert.deepEqual(await stub("a.maybeBytes", { result: list(toBytes), frames })(), []);
});

test("headers of the function, the client and the call go along", async () => {
  const headers = await stub("a.headers", { exact: true })();
  assert.equal(headers["content-type"], "application/json");
  assert.equal(headers["telefunc-schema"], "1a2b3c4d");
  assert.equal(headers["telefunc-integers"], "exact");
  assert.equal((await stub("a.headers")())["telefunc-integers"], undefined);

  let n = 0;
  const client = server.with({ headers: async () => ({ Authorization: `token ${++n}`, "x-app": "app" }) });
  const ask = (options?: CallOptions) => call<any>(null, "a.headers", "", [], { client, ...options });
  assert.equal((await ask()).authorization, "token 1");
  const own = await ask({ headers: { authorization: "mine" } });
  assert.equal(own.authorization, "mine");
  assert.equal(own["x-app"], "app");
  assert.equal(n, 2);
  const fixed = server.with({ headers: new Headers({ "x-app": "fixed" }) });
  assert.equal((await ask({ client: fixed }))["x-app"], "fixed");
});

test("headers that can not be had fail the call with their own error", async () => {
  const reason = new Error("no token");
  const client = server.with({ headers: () => Promise.reject(reason) });
  assert.equal(await failing(call(null, "a.echo", "", [], { client })), reason);
});

test("what JSON would lose is refused before anything is sent", async () => {
  for (const [value, type, path] of [
    [Number.NaN, "Number", ""],
    [{ a: { b: [0, Number.POSITIVE_INFINITY] } }, "Number", ".a.b.1"],
    [{ n: 1n }, "BigInt", ".n"],
    [[() => 1], "Function", ".0"],
    [{ s: Symbol("s") }, "Symbol", ".s"],
    [{ m: new Map() }, "Map", ".m"],
    [new Set([1]), "Set", ""],
    [new Uint8Array(1), "Uint8Array", ""],
    [Promise.resolve(), "Promise", ""],
    [/x/, "RegExp", ""],
  ] as const) {
    const error = await failing(echo("fine", value));
    assert(error instanceof TypeError);
    assert(!(error instanceof TelefuncError));
    assert.equal(error.message, `can't send [object ${type}] at arguments.1${path}`);
  }
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  assert.match((await failing(echo(cycle))).message, /circular/);
});

test("a class of the page and whatever has toJSON can be sent", async () => {
  class Point {
    x = 1;
    y = 2;
  }
  const when = new Date(0);
  assert.deepEqual(await echo(new Point(), when, { when }), [{ x: 1, y: 2 }, when.toJSON(), { when: when.toJSON() }]);
});

test("failed arguments are a ValidationError with every issue", async () => {
  const issues = [
    { path: ["text"], message: "is too short", code: "too_short" },
    { path: ["todo", "tags", 3], message: "is no tag", code: "pattern" },
  ];
  const error = await failing(stub("a.fail")(422, { kind: "validation", issues }));
  assert(error instanceof ValidationError && error instanceof TelefuncError && error instanceof Error);
  assert.deepEqual(error.issues, issues);
  assert.equal(error.name, "ValidationError");
  assert.match(error.message, /a\.fail.*is too short.*is no tag/s);
});

test("a refusal is an Abort with its value, and knows its function", async () => {
  const onJoin = (): Promise<never> =>
    call(onJoin, "a.fail", "", [403, { kind: "abort", value: { kind: "full", max: 3, at: "2024-01-02T03:04:05Z" } }], {
      client: server.client,
    });
  const error = await failing(onJoin());
  assert(error instanceof Abort && !(error instanceof ServerError));
  assert.deepEqual(error.value, { kind: "full", max: 3, at: "2024-01-02T03:04:05Z" });
  assert.equal(error.source, onJoin);
  assert(isAbort(onJoin, error));
  assert(!isAbort(echo, error));
  assert(!isAbort(onJoin, new Error("other")));
  assert.equal((await failing(stub("a.fail")(404, { kind: "abort", value: null }))).value, null);

  const dated = await failing(
    stub("a.fail", { refusal: toDate })(403, { kind: "abort", value: "2024-01-02T03:04:05Z" }),
  );
  assert.deepEqual(dated.value, new Date("2024-01-02T03:04:05Z"));
});

test("a bug is a ServerError with its id", async () => {
  const error = await failing(stub("a.fail")(500, { kind: "bug", id: "c0ffee" }));
  assert(error instanceof ServerError);
  assert.equal(error.id, "c0ffee");
  assert.match(error.message, /a\.fail.*c0ffee/);
});

test("every rule of the protocol is a ProtocolError with code and status", async () => {
  for (const [code, status] of [
    ["unknown_function", 404],
    ["malformed_body", 400],
    ["body_too_large", 413],
    ["too_deep", 400],
    ["wrong_method", 405],
    ["unsupported_media_type", 415],
    ["cross_site", 403],
    ["body_timeout", 408],
    ["timeout", 504],
    ["stale_client", 409],
    ["shutting_down", 503],
    ["overloaded", 503],
    ["newer_than_this_client", 400],
  ] as const) {
    const error = await failing(stub("a.fail")(status, { kind: "protocol", code, message: "in words" }));
    assert(error instanceof ProtocolError);
    assert.equal(error.code, code);
    assert.equal(error.status, status);
    assert.match(error.message, /in words/);
  }
});

test("an answer of somebody else is told from ours", async () => {
  const ours = "application/vnd.telefunc.error+json";
  for (const [status, type, body] of [
    [200, "text/html", "<!doctype html>"],
    [200, "text/plain", "1"],
    [200, undefined, "1"],
    [200, "application/json", "<html>"],
    [200, "application/json", ""],
    [404, "application/json", '{"error":"not found"}'],
    [404, "text/html", "no"],
    [500, "text/plain", "oops"],
    [500, ours, "null"],
    [500, ours, '{"kind":"new kind"}'],
    [500, ours, "{"],
    [200, "application/vnd.telefunc", "1"],
  ] as const) {
    const error = await failing(stub("a.foreign")(status, type, body));
    assert(error instanceof ProtocolError, `${status} ${type} ${body}`);
    assert.equal(error.code, "not_telefunc");
    assert.equal(error.status, status);
  }
  for (const status of [502, 503, 504]) {
    const error = await failing(stub("a.foreign")(status, "text/html", "<h1>Bad Gateway</h1>"));
    assert(error instanceof ConnectionError);
    assert.match(error.message, new RegExp(`a\\.foreign.*${status}`));
  }
});

test("parameters of a media type change nothing", async () => {
  assert.equal(await stub("a.foreign")(200, "application/json; charset=utf-8", "1"), 1);
});

test("nobody there is a ConnectionError with its cause", async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  const client = createClient({ url: `http://127.0.0.1:${port}/_telefunc` });
  const error = await failing(call(null, "a.echo", "", [], { client }));
  assert(error instanceof ConnectionError);
  assert(error.cause instanceof TypeError);
  assert(!Object.keys(error).includes("cause"));
});

test("an answer that breaks off is a ConnectionError", async () => {
  assert((await failing(stub("a.half")())) instanceof ConnectionError);
  assert((await failing(stub("a.half", { frames })())) instanceof ConnectionError);
});

test("an aborted call rejects with the reason itself, and the server sees it", async () => {
  for (const reason of [new Error("mine"), "a string", null, undefined]) {
    const controller = new AbortController();
    const asked = nextSlow();
    const promise = call(null, "a.slow", "", [], { client: server.client, signal: controller.signal });
    const { gone } = await asked;
    controller.abort(reason);
    assert.equal(await failing(promise), controller.signal.reason);
    await gone;
  }
});

test("a call that is aborted while its body arrives rejects with the reason", async () => {
  const controller = new AbortController();
  const asked = nextSlow();
  const promise = call(null, "a.slow", "", [], { client: server.client, signal: controller.signal });
  const { gone, response } = await asked;
  response.writeHead(200, { "content-type": "application/json" }).write("[1,");
  controller.abort("enough");
  assert.equal(await failing(promise), "enough");
  await gone;
});

test("a call that was aborted before it began sends nothing", async () => {
  const before = server.requests;
  const reason = new Error("before");
  assert.equal(
    await failing(call(null, "a.slow", "", [], { client: server.client, signal: AbortSignal.abort(reason) })),
    reason,
  );
  await echo();
  assert.equal(server.requests, before + 1);
});

test("a call that is aborted while its headers are awaited rejects at once", async () => {
  const controller = new AbortController();
  const client = server.with({ headers: () => new Promise(() => {}) });
  const promise = call(null, "a.slow", "", [], { client, signal: controller.signal });
  controller.abort("enough");
  assert.equal(await failing(promise), "enough");
});

test("a call whose time is over rejects with a TimeoutError, and the server sees it", async () => {
  for (const [client, options] of [
    [server.client, { timeout: 20 }],
    [server.with({ timeout: 20 }), {}],
  ] as const) {
    const asked = nextSlow();
    const error = await failing(call(null, "a.slow", "", [], { client, ...options }));
    assert(error instanceof DOMException);
    assert.equal(error.name, "TimeoutError");
    await (await asked).gone;
  }
});

test("the call's own time counts more than the client's", async () => {
  const client = server.with({ timeout: 1 });
  const asked = nextSlow();
  const promise = call(null, "a.slow", "", [], { client, timeout: 60_000 });
  (await asked).json("late");
  assert.equal(await promise, "late");
});

test("a closed call rejects with an AbortError that nobody has to catch, and the server sees it", async () => {
  const asked = nextSlow();
  const promise = call(null, "a.slow", "", [], { client: server.client });
  const { gone } = await asked;
  close(promise);
  await gone;
  assert.equal((await failing(promise)).name, "AbortError");
});

test("closing a call that is over, or plain data, does nothing", async () => {
  const promise = echo(1);
  assert.deepEqual(await promise, [1]);
  close(promise);
  assert.deepEqual(await promise, [1]);
  for (const value of [1, null, undefined, "x", {}, [], Promise.resolve()]) close(value);
});

test("a call that is over leaves nothing behind on its signal", async () => {
  const { signal } = new AbortController();
  const options = { client: server.client, signal, timeout: 60_000 };
  await call(null, "a.echo", "", [], options);
  await failing(call(null, "a.fail", "", [500, { kind: "bug", id: "1" }], options));
  await failing(call(null, "a.half", "", [], options));
  await new Promise(setImmediate);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("calls one after another share a connection", async () => {
  const before = server.sockets;
  for (let i = 0; i < 20; i++) await echo(i);
  assert(server.sockets - before <= 2);
});

test("a url without a host is refused where there is no page", async () => {
  const error = await failing(call(null, "a.echo", "", [], { client: createClient({}) }));
  assert(error instanceof TypeError);
  assert.match(error.message, /absolute url: configure/);
});
