// Streams: order, empty items, backpressure, keep-alive, and every way to stop one.

import { drain, guardId, now, ok, rejection, same, sleep } from "./check.mjs";

export const generators = async ({ load, url, note }) => {
  const [g, { onDropped, onLife, onMade }, runtime] = await Promise.all([
    load("generators.js"),
    load("guard.js"),
    load("runtime/index.js"),
  ]);
  const { close, createClient } = runtime;

  /** Starts a call that waits on the server, stops it, and notes how long the server took to drop it. */
  const stopped = (how, start) => [
    `${how} drops what waits on the server`,
    async () => {
      const times = [];
      for (let i = 0; i < 5; i++) {
        const id = guardId();
        const stop = await start(id);
        await onMade(id);
        ok((await onLife(id)).droppedAt === null, "dropped too early");
        const dropped = onDropped(id);
        await sleep(20);
        const before = now();
        // A caller whose time runs out says itself when that was.
        const ended = await stop();
        const at = typeof ended === "number" ? ended : before;
        times.push((await dropped) - at);
      }
      note(`${how}: ${times.map((ms) => ms.toFixed(1)).join(" ")} ms`);
      ok(Math.max(...times) < 500, `it took ${times} ms`);
    },
  ];
  const opened = async (id, options) => {
    const stream = g.onWait(id, options);
    same(await stream.next(), { done: false, value: 1 });
    return stream;
  };

  return [
    [
      "items come in order, and then the end",
      async () => {
        const { items } = await drain(g.onCount(20_000));
        ok(items.length === 20_000 && items.every((item, i) => item === i), `${items.length} items`);
        same((await drain(g.onNoItems())).items, []);
      },
    ],
    [
      "empty items and zero-length strings survive",
      async () => {
        same((await drain(g.onEmptyTexts(500))).items, Array(500).fill(""));
        same((await drain(g.onNothings())).items, [null, [], null]);
        const units = (await drain(g.onUnits(3))).items;
        same(units.length, 3, "units");
        ok(
          units.every((unit) => unit == null),
          `units are ${units}`,
        );
      },
    ],
    [
      "items carry raw bytes and dates",
      async () => {
        const { items, error } = await drain(g.onChunks(40));
        if (error) throw error;
        same(
          items.map(([bytes]) => bytes.length),
          Array.from({ length: 40 }, (_, i) => i * 1000),
        );
        ok(
          items.every(([bytes, date], i) => bytes.every((byte) => byte === i) && +date === 0),
          "the bytes",
        );
      },
    ],
    [
      "many streams at once do not mix",
      async () => {
        const lengths = [0, 1, 100, 1000];
        const all = await Promise.all(lengths.map((length) => drain(g.onCount(length))));
        for (const [i, { items }] of all.entries()) {
          same(
            items,
            Array.from({ length: lengths[i] }, (_, n) => n),
          );
        }
      },
    ],
    [
      "each item arrives when it is yielded, not when the stream ends",
      async () => {
        const late = [];
        for await (const made of g.onTicks(8, 25)) late.push(now() - +made);
        note(`an item arrives after ${late.map((ms) => ms.toFixed(1)).join(" ")} ms`);
        late.sort((a, b) => a - b);
        ok(late[4] < 20, `the median item was ${late[4]} ms late`);
      },
    ],
    [
      "a quiet stream is kept alive, and the caller sees nothing of it",
      async () => {
        let bytes = 0;
        const counting = async (url, init) => {
          const response = await fetch(url, init);
          const count = new TransformStream({
            transform(chunk, controller) {
              bytes += chunk.length;
              controller.enqueue(chunk);
            },
          });
          return new Response(response.body.pipeThrough(count), response);
        };
        same((await drain(g.onQuiet(400, { client: createClient({ url, fetch: counting }) }))).items, [1, 2]);
        // Two items of four bytes, the end of three, and a ping of three every 50 ms.
        ok(bytes >= 4 + 4 + 3 + 5 * 3 && bytes < 100, `${bytes} bytes`);
      },
    ],
    [
      "a client that stops reading stops the generator",
      async () => {
        const id = guardId();
        const stream = g.onFlood(id);
        for (let i = 0; i < 10; i++) await stream.next();
        let made = 0;
        let life = await onLife(id);
        // At rest is what two looks, with time in between, see the same.
        for (let i = 0; i < 50 && life.made !== made; i++) {
          made = life.made;
          await sleep(200);
          life = await onLife(id);
        }
        note(`backpressure: ${made} items of 1 kB were made, 10 were read`);
        ok(life.made === made && made < 20_000, `${life.made} items were made`);
        ok(life.droppedAt === null, "the stream is over");
        for (let i = 0; i < 10_000; i++) same((await stream.next()).value.length, 1000);
        const dropped = onDropped(id);
        await stream.return();
        await dropped;
      },
    ],
    stopped("break", async (id) => {
      let go;
      const gate = new Promise((resolve) => (go = resolve));
      let first;
      const started = new Promise((resolve) => (first = resolve));
      const loop = (async () => {
        for await (const item of g.onWait(id)) {
          same(item, 1);
          first();
          await gate;
          break;
        }
      })();
      await started;
      return async () => {
        go();
        await loop;
      };
    }),
    stopped("return()", async (id) => {
      const stream = await opened(id);
      return () => stream.return();
    }),
    stopped("return() during next()", async (id) => {
      const stream = await opened(id);
      const next = stream.next();
      return async () => {
        stream.return();
        same(await next, { done: true, value: undefined });
      };
    }),
    stopped("throw()", async (id) => {
      const stream = await opened(id);
      return () => rejection(stream.throw(new Error("mine")));
    }),
    stopped("close(stream)", async (id) => {
      const stream = await opened(id);
      return () => close(stream);
    }),
    stopped("await using", async (id) => {
      const stream = await opened(id);
      return () => stream[Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]?.() ?? stream.return();
    }),
    stopped("signal", async (id) => {
      const controller = new AbortController();
      const stream = await opened(id, { signal: controller.signal });
      const next = rejection(stream.next());
      return async () => {
        controller.abort("enough");
        same(await next, "enough");
      };
    }),
    stopped("signal of a plain call", async (id) => {
      const controller = new AbortController();
      const call = rejection(g.onWaitPlain(id, { signal: controller.signal }));
      return async () => {
        controller.abort("enough");
        same(await call, "enough");
      };
    }),
    stopped("close(call)", async (id) => {
      const call = g.onWaitPlain(id);
      return async () => {
        close(call);
        same((await rejection(call)).name, "AbortError");
      };
    }),
    stopped("timeout of a plain call", async (id) => {
      const call = rejection(g.onWaitPlain(id, { timeout: 300 }));
      return async () => {
        same((await call).name, "TimeoutError");
        return now();
      };
    }),
    [
      "a stream that nobody reads makes no request",
      async () => {
        const id = guardId();
        const stream = g.onWait(id);
        await sleep(50);
        same(await onLife(id), { made: 0, droppedAt: null });
        same(await stream.return(), { done: true, value: undefined });
        same(await stream.next(), { done: true, value: undefined });
      },
    ],
  ];
};
