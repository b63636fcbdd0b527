/** Streams over real sockets: order, backpressure, and every way in which they end. */

import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import { test } from "node:test";
import {
  Abort,
  type CallOptions,
  ConnectionError,
  close,
  createClient,
  fields,
  isAbort,
  list,
  ProtocolError,
  ServerError,
  stream,
  toBytes,
  toDate,
  ValidationError,
} from "../src/index.js";
import { end, failure, type Handler, type Incoming, item, ping, serve } from "./server.js";

/** What the function `s.now` does; each test says so for itself. */
let now: Handler = () => {};
const server = await serve({ "s.now": (call) => now(call) });

const onNow = (options?: CallOptions, codecs?: Parameters<typeof stream>[5]): AsyncGenerator<any> =>
  stream(onNow, "s.now", "", [], { client: server.client, ...options }, codecs);

/** A function that answers with these bytes and then ends the response. */
const answers =
  (...chunks: Uint8Array[]): Handler =>
  ({ stream, response }) => {
    stream();
    response.end(Buffer.concat(chunks));
  };

/** A function whose call is handed to the test, its stream begun. */
const handed = () =>
  new Promise<Incoming>((resolve) => {
    now = (call) => {
      call.stream();
      resolve(call);
    };
  });

const all = async (generator: AsyncGenerator): Promise<unknown[]> => {
  const found: unknown[] = [];
  for await (const value of generator) found.push(value);
  return found;
};

const failing = async (promise: Promise<unknown>): Promise<any> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail("it did not fail");
};

const done = { done: true, value: undefined };

test("values arrive in order, empty ones too", async () => {
  const values = [0, "", null, [], {}, "ü", { a: [1] }, false];
  now = answers(...values.flatMap((value) => [item(value), ping]), end);
  assert.deepEqual(await all(onNow()), values);
  now = answers(end);
  assert.deepEqual(await all(onNow()), []);
});

test("chunks may be cut at every byte", async () => {
  const values = ["", 1, "x".repeat(100), null];
  const bytes = Buffer.concat([ping, ...values.map((value) => item(value)), end]);
  const body = (...chunks: Uint8Array[]) =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(chunk);
          controller.close();
        },
      }),
      { headers: { "content-type": "application/vnd.telefunc" } },
    );
  for (let at = 0; at <= bytes.length; at++) {
    const client = createClient({
      url: "http://unused",
      fetch: async () => body(bytes.subarray(0, at), bytes.subarray(at)),
    });
    assert.deepEqual(await all(onNow({ client })), values);
  }
  const single = createClient({
    url: "http://unused",
    fetch: async () => body(...Array.from(bytes, (byte) => Uint8Array.of(byte))),
  });
  assert.deepEqual(await all(onNow({ client: single })), values);
});

test("items go through their codec, each with its own bytes", async () => {
  const when = new Date(1e12);
  now = answers(
    item({ when, data: [0, 1] }, Buffer.from("ab"), Buffer.alloc(0)),
    item({ when, data: [0] }, Buffer.from("c")),
    end,
  );
  const codecs = { result: fields({ when: toDate, data: list(toBytes), absent: toDate }) };
  assert.deepEqual(await all(onNow({}, codecs)), [
    { when, data: [new Uint8Array([97, 98]), new Uint8Array()] },
    { when, data: [new Uint8Array([99])] },
  ]);
});

test("nothing is sent before the first value is wanted", async () => {
  let calls = 0;
  now = (call) => {
    calls++;
    answers(item(1), end)(call);
  };
  const before = server.requests;
  const generator = onNow();
  await onNow().return(undefined);
  assert.deepEqual(await all(onNow()), [1]);
  assert.equal(server.requests, before + 1);
  assert.deepEqual(await generator.next(), { done: false, value: 1 });
  assert.equal(calls, 2);
});

test("values are there before the stream has ended", async () => {
  const call = handed();
  const generator = onNow();
  const first = generator.next();
  const { response } = await call;
  response.write(item("early"));
  assert.deepEqual(await first, { done: false, value: "early" });
  const second = generator.next();
  response.end(Buffer.concat([item("late"), end]));
  assert.deepEqual(await second, { done: false, value: "late" });
  assert.deepEqual(await generator.next(), done);
  assert.deepEqual(await generator.next(), done);
});

test("overlapping next() calls are served in order", async () => {
  const call = handed();
  const generator = onNow();
  const results = [1, 2, 3, 4, 5].map(() => generator.next());
  const { response } = await call;
  response.write(item(1));
  assert.equal((await results[0])?.value, 1);
  response.end(Buffer.concat([item(2), item(3), end]));
  const rest = await Promise.all(results.slice(1));
  assert.deepEqual(rest, [{ done: false, value: 2 }, { done: false, value: 3 }, done, done]);
});

test("an error after values ends the stream once they are read", async () => {
  for (const [json, Class] of [
    [{ kind: "abort", value: { kind: "full" } }, Abort],
    [{ kind: "bug", id: "1f" }, ServerError],
    [{ kind: "validation", issues: [] }, ValidationError],
    [{ kind: "protocol", code: "timeout", message: "" }, ProtocolError],
  ] as const) {
    now = answers(item(1), item(2), failure(json));
    const generator = onNow();
    assert.equal((await generator.next()).value, 1);
    assert.equal((await generator.next()).value, 2);
    const error = await failing(generator.next());
    assert(error instanceof Class);
    assert.equal(isAbort(onNow, error), Class === Abort);
    assert.deepEqual(await generator.next(), done);
  }
});

test("a failure in place of a stream is thrown by the first next()", async () => {
  now = (call) => call.fail(403, { kind: "abort", value: 7 });
  const generator = onNow();
  const error = await failing(generator.next());
  assert(isAbort(onNow, error));
  assert.equal(error.value, 7);
  assert.deepEqual(await generator.next(), done);
});

test("arguments that can not be sent are refused by the first next()", async () => {
  const generator = stream(onNow, "s.now", "", [Number.NaN], { client: server.client });
  assert((await failing(generator.next())) instanceof TypeError);
});

test("a stream that is cut is a ConnectionError after its values", async () => {
  for (const cut of [
    ({ response }: Incoming) => response.write(item(1), () => response.destroy()),
    ({ response }: Incoming) => response.end(item(1)),
    ({ response }: Incoming) => response.end(Buffer.concat([item(1), item(2).subarray(0, 2)])),
  ]) {
    now = (call) => {
      call.stream();
      cut(call);
    };
    const generator = onNow();
    assert.equal((await generator.next()).value, 1);
    assert((await failing(generator.next())) instanceof ConnectionError);
    assert.deepEqual(await generator.next(), done);
  }
});

test("bytes that are no frames are a ProtocolError after the values before them", async () => {
  now = ({ stream, response, gone }) => {
    stream();
    response.write(Buffer.concat([item(1), Buffer.from([2, 0x3f, 0])]));
    broken = gone;
  };
  let broken: Promise<void> | undefined;
  const generator = onNow();
  assert.equal((await generator.next()).value, 1);
  assert.equal((await failing(generator.next())).code, "not_telefunc");
  await broken;
  now = answers(item(1).fill(0x7b, 3));
  assert.equal((await failing(onNow().next())).code, "not_telefunc");
  now = ({ json }) => json([1]);
  assert.equal((await failing(onNow().next())).code, "not_telefunc");
});

test("return() while a value is awaited resolves at once, and the server sees it", async () => {
  const call = handed();
  const generator = onNow();
  const pending = [generator.next(), generator.next()];
  const { gone } = await call;
  assert.deepEqual(await generator.return("bye"), { done: true, value: "bye" });
  assert.deepEqual(await Promise.all(pending), [done, done]);
  assert.deepEqual(await generator.next(), done);
  await gone;
});

test("break, throw(), close() and asyncDispose reach the server", async () => {
  const ways: ((generator: AsyncGenerator<any>) => Promise<unknown>)[] = [
    async (generator) => {
      for await (const _ of generator) break;
    },
    async (generator) => {
      await generator.next();
      assert.equal(await failing(generator.throw("mine")), "mine");
    },
    async (generator) => {
      await generator.next();
      const waits = generator.next();
      close(generator);
      assert.deepEqual(await waits, done);
    },
    async (generator) => {
      await generator.next();
      await generator[Symbol.asyncDispose]();
    },
  ];
  for (const way of ways) {
    const call = handed();
    const generator = onNow();
    const stopped = way(generator);
    const { response, gone } = await call;
    response.write(item(1));
    await stopped;
    await gone;
    assert.deepEqual(await generator.next(), done);
  }
});

test("values that arrived before a stop are not given any more", async () => {
  const call = handed();
  const generator = onNow();
  const first = generator.next();
  const { response } = await call;
  response.write(Buffer.concat([item(1), item(2), item(3)]));
  assert.equal((await first).value, 1);
  await generator.return(undefined);
  assert.deepEqual(await generator.next(), done);
});

test("a signal rejects the waiting next() with its reason, and the server sees it", async () => {
  for (const reason of [new Error("mine"), "text", null, undefined]) {
    const controller = new AbortController();
    const call = handed();
    const generator = onNow({ signal: controller.signal });
    const first = generator.next();
    const second = generator.next();
    const { response, gone } = await call;
    response.write(item(1));
    assert.equal((await first).value, 1);
    controller.abort(reason);
    assert.equal(await failing(second), controller.signal.reason);
    assert.deepEqual(await generator.next(), done);
    await gone;
  }
});

test("a signal between two next() calls rejects the next one", async () => {
  const controller = new AbortController();
  now = ({ stream, response }) => {
    stream();
    response.write(Buffer.concat([item(1), item(2)]));
  };
  const generator = onNow({ signal: controller.signal });
  assert.equal((await generator.next()).value, 1);
  controller.abort("stop");
  assert.equal(await failing(generator.next()), "stop");
  assert.deepEqual(await generator.next(), done);
});

test("a signal that was aborted before the start sends nothing", async () => {
  const before = server.requests;
  assert.equal(await failing(onNow({ signal: AbortSignal.abort("never") }).next()), "never");
  now = answers(end);
  await all(onNow());
  assert.equal(server.requests, before + 1);
});

test("a stream has to begin in time and may then last", async ({ mock }) => {
  const clock = new AbortController();
  mock.method(AbortSignal, "timeout", (time: number) => {
    assert.equal(time, 20);
    return clock.signal;
  });
  const call = handed();
  const lasting = onNow({ timeout: 20 });
  const first = lasting.next();
  const { response } = await call;
  response.write(item(1));
  await first;
  const late = new Promise<Incoming>((resolve) => {
    now = resolve;
  });
  const waiting = onNow({ timeout: 20 }).next();
  const { gone } = await late;
  const reason = new DOMException("too late", "TimeoutError");
  clock.abort(reason);
  assert.equal(await failing(waiting), reason);
  await gone;
  response.end(Buffer.concat([item(2), end]));
  assert.deepEqual(await all(lasting), [2]);
});

test("a client that does not read stops the server's writes, and another that reads gets all", async () => {
  let written = 0;
  const total = 400;
  const chunk = "x".repeat(64 * 1024);
  let stalled: (() => void) | undefined;
  const full = new Promise<void>((resolve) => {
    stalled = resolve;
  });
  now = async ({ stream, response }) => {
    stream();
    while (written < total) {
      const flowing = response.write(item(chunk));
      written++;
      if (flowing) continue;
      // Nothing drains within many turns of the event loop: the buffers between the two are full.
      let drained = false;
      response.once("drain", () => {
        drained = true;
      });
      for (let turn = 0; turn < 5000 && !drained; turn++) await new Promise(setImmediate);
      if (drained) continue;
      stalled?.();
      await once(response, "drain");
    }
    response.end(end);
  };
  const generator = onNow();
  assert.equal((await generator.next()).value, chunk);
  await full;
  assert(written < total / 2, `${written} of ${total} items were written to a client that read one`);
  let read = 1;
  for await (const value of generator) {
    read++;
    assert.equal(value.length, chunk.length);
  }
  assert.equal(read, total);
});

test("one chunk of many items is read without waiting for the network again", async () => {
  let reads = 0;
  const count = 50_000;
  const bytes = Buffer.concat([...Array.from({ length: count }, (_, i) => item(i)), end]);
  const client = createClient({
    url: "http://unused",
    fetch: async () =>
      new Response(
        new ReadableStream(
          {
            pull(controller) {
              reads++;
              controller.enqueue(bytes);
            },
          },
          { highWaterMark: 0 },
        ),
        { headers: { "content-type": "application/vnd.telefunc" } },
      ),
  });
  let sum = 0;
  for await (const value of onNow({ client })) sum += value;
  assert.equal(sum, (count * (count - 1)) / 2);
  assert.equal(reads, 1);
});

test("a stop reaches the body even of a fetch that knows no signals", async () => {
  let cancelled = false;
  const client = createClient({
    url: "http://unused",
    fetch: async () =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(item(1)),
          cancel() {
            cancelled = true;
          },
        }),
        { headers: { "content-type": "application/vnd.telefunc" } },
      ),
  });
  for await (const _ of onNow({ client })) break;
  assert(cancelled);
});

test("a stream that is over leaves nothing behind on its signal, and its connection is used again", async () => {
  const { signal } = new AbortController();
  const before = server.sockets;
  now = answers(item(1), end);
  for (let i = 0; i < 20; i++) assert.deepEqual(await all(onNow({ signal })), [1]);
  assert(server.sockets - before <= 2, `${server.sockets - before} connections`);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("a generator that nobody holds any more is collected and its call stopped", async () => {
  assert(globalThis.gc, "run with --expose-gc");
  const call = handed();
  const { signal } = new AbortController();
  await (async () => {
    const generator = onNow({ signal });
    const first = generator.next();
    (await call).response.write(Buffer.concat([item(1), item(2)]));
    await first;
  })();
  const { gone } = await call;
  let over = false;
  gone.then(() => {
    over = true;
  });
  for (let turn = 0; turn < 1000 && !over; turn++) {
    globalThis.gc();
    await new Promise(setImmediate);
  }
  assert(over);
});

test("a generator somebody waits on is not collected", async () => {
  assert(globalThis.gc, "run with --expose-gc");
  const call = handed();
  const first = onNow().next();
  const { response, gone } = await call;
  let over = false;
  gone.then(() => {
    over = true;
  });
  for (let turn = 0; turn < 200; turn++) {
    globalThis.gc();
    await new Promise(setImmediate);
  }
  assert(!over);
  response.write(item("still here"));
  assert.equal((await first).value, "still here");
});
