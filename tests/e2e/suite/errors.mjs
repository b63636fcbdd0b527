// Every row of the table of errors, through the real server and the generated client.

import { drain, ok, rejection, same, sleep } from "./check.mjs";

/** The client of a test that looks at answers, or changes requests. */
export const spying = ({ runtime, url }, change = (init) => init) => {
  const seen = [];
  const client = runtime.createClient({
    url,
    fetch: async (url, init) => {
      const response = await fetch(url, change(init));
      const copy = response.clone();
      seen.push(copy.text().then((text) => `${copy.status} ${JSON.stringify([...copy.headers])} ${text}`));
      return response;
    },
  });
  return { client, answers: () => Promise.all(seen) };
};

export const errors = async ({ load, url, node }) => {
  const [e, g, runtime] = await Promise.all([load("errors.js"), load("generators.js"), load("runtime/index.js")]);
  const { Abort, ConnectionError, ProtocolError, ServerError, TelefuncError, ValidationError } = runtime;
  const { call, createClient, isAbort, safe } = runtime;
  const protocol = async (promise, code, status) => {
    const error = await rejection(promise);
    ok(error instanceof ProtocolError, `${code}: not a ProtocolError: ${error}`);
    same([error.code, error.status], [code, status]);
    return error;
  };
  const changed = (change) => ({ client: spying({ runtime, url }, change).client });
  /** The bug, as the client and as the hook of the server know it; nothing internal is in the answer. */
  const bug = async (start, words, panicked, functionName) => {
    const { client, answers } = spying({ runtime, url });
    const error = await start({ client });
    ok(error instanceof ServerError, `not a ServerError: ${error}`);
    const heard = await e.onHeard(error.id);
    ok(heard, `the hook heard of no ${error.id}`);
    ok(heard.error.includes(words) && heard.panicked === panicked, `the hook heard of ${JSON.stringify(heard)}`);
    same(heard.function, functionName, "the function");
    for (const answer of await answers()) ok(!/hunter2|errors\.rs|panick/.test(answer), `a leak: ${answer}`);
    ok(!/hunter2/.test(`${error.message}${error.stack}`), "a leak in the error");
  };
  const failing =
    (f, ...args) =>
    (options) =>
      rejection(f(...args, options));
  const person = { fullName: "Ann", age: 20, tags: [], friends: [] };

  return [
    [
      "arguments that fail: every issue with path, message and code",
      async () => {
        const wrong = {
          fullName: "",
          email: "nobody",
          age: 7,
          tags: ["ok", "too long"],
          friends: [{ ...person, fullName: "far too long" }],
        };
        const error = await rejection(e.onRegister(wrong, "ABC", 0));
        ok(error instanceof ValidationError && error instanceof TelefuncError, `${error}`);
        const issues = error.issues.map(({ path, code }) => `${path.join(".")} ${code}`).sort();
        same(
          issues.map((issue) => issue.split(" ")[0]),
          [
            "code",
            "person.age",
            "person.email",
            "person.friends.0.fullName",
            "person.fullName",
            "person.tags.1",
            "seats",
          ],
        );
        ok(issues.includes("person.fullName too_short") && issues.includes("person.tags.1 too_long"), `${issues}`);
        ok(
          error.issues.every(({ message }) => typeof message === "string" && message),
          "a message is missing",
        );
        same(error.name, "ValidationError");
        same(await e.onRegister(person, "abc"), "Ann abc None");
      },
    ],
    [
      "arguments of the wrong type: every issue, not only the first",
      async () => {
        const error = await rejection(e.onNumbers("x", 1.5, null));
        ok(error instanceof ValidationError, `${error}`);
        same(error.issues.map(({ path }) => path.join(".")).sort(), ["a", "b", "c"]);
      },
    ],
    [
      "a refusal has its value, and isAbort knows whose it is",
      async () => {
        const [full, none, closed] = await Promise.all(
          ["full", "none", "closed"].map((room) => rejection(e.onJoin(room))),
        );
        ok(full instanceof Abort && full instanceof TelefuncError && full.name === "Abort", `${full}`);
        same([full.value, none.value], [{ kind: "full", maxSeats: 3 }, { kind: "noSuchRoom" }]);
        same(closed.value, { kind: "until", opensAt: new Date(0), bytes: 2n ** 127n - 1n });
        ok(isAbort(e.onJoin, full) && !isAbort(e.onNo, full) && !isAbort(e.onJoin, new Error()), "isAbort");
        same(await e.onJoin("attic"), 1);
      },
    ],
    [
      "Abort with any value, with none, and through telefunc::Result",
      async () => {
        const { client, answers } = spying({ runtime, url });
        same((await rejection(e.onAbortValue(7, { client }))).value, [7]);
        same((await rejection(e.onNo({ client }))).value, null);
        same((await rejection(e.onMixed("refusal", { client }))).value, { kind: "noSuchRoom" });
        same((await rejection(e.onMixed("abort", { client }))).value, "no");
        same((await answers()).map((answer) => answer.slice(0, 3)).sort(), ["403", "403", "404", "409"]);
      },
    ],
    [
      "an error that is no refusal is a bug with an id",
      () => bug(failing(e.onMixed, "bug"), "hunter2", false, "errors.onMixed"),
    ],
    ["so is one of io::Result", () => bug(failing(e.onIoError), "hunter2", false, "errors.onIoError")],
    ["so is a panic of a function", () => bug(failing(e.onSyncPanic), "hunter2", true, "errors.onSyncPanic")],
    ["so is a panic after an await", () => bug(failing(e.onAsyncPanic), "hunter2", true, "errors.onAsyncPanic")],
    ["so is a result that can not be written", () => bug(failing(e.onUnwritable), "inf", false, "errors.onUnwritable")],
    [
      "so is a panic in a stream after three items",
      () =>
        bug(
          async (options) => {
            const { items, error } = await drain(e.onStreamPanic(options));
            same(items, [0, 1, 2]);
            return error;
          },
          "hunter2",
          true,
          "errors.onStreamPanic",
        ),
    ],
    [
      "an error item ends a stream after every earlier item",
      async () => {
        for (const [how, panicked] of [
          ["bug", false],
          ["panic", true],
        ]) {
          const start = async (options) => {
            const { items, error } = await drain(g.onFailsAfter(how, options));
            same(items, [0, 1, 2]);
            return error;
          };
          await bug(start, "hunter2", panicked, "generators.onFailsAfter");
        }
        const { items, error } = await drain(g.onFailsAfter("abort"));
        same([items, error.value], [[0, 1, 2], { kind: "full", maxSeats: 3 }]);
        const refused = await drain(g.onRefusesAfter(1000));
        same([refused.items.length, refused.error.value], [1000, { kind: "full", maxSeats: 1000 }]);
        ok(isAbort(g.onRefusesAfter, refused.error), "isAbort of a stream");
      },
    ],
    [
      "a stream that is refused throws at the first next",
      async () => {
        const stream = g.onRefused(false);
        const error = await rejection(stream.next());
        ok(isAbort(g.onRefused, error), `${error}`);
        same(error.value, { kind: "noSuchRoom" });
        same(await stream.next(), { done: true, value: undefined });
        same((await drain(g.onRefused(true))).items, [1, 2]);
      },
    ],
    [
      "an item that can not be written ends a stream as a bug",
      () =>
        bug(
          async (options) => {
            const { items, error } = await drain(g.onBadItem(options));
            same(items, [1.5]);
            return error;
          },
          "NaN",
          false,
          "generators.onBadItem",
        ),
    ],
    [
      "FromContext refuses, fails, or gives its value",
      async () => {
        same((await rejection(e.onWhoami("Hi"))).value, "log in first");
        await bug(
          (options) => rejection(e.onWhoami("Hi", { ...options, headers: { authorization: "break" } })),
          "hunter2",
          false,
          "errors.onWhoami",
        );
        same(await e.onWhoami("Hi", { headers: { authorization: "ann" } }), "Hi, ann");
      },
    ],
    [
      "an unknown function, near to a known one or not",
      async () => {
        await protocol(call(null, "errors.onJoinn", "", []), "unknown_function", 404);
        await protocol(call(null, "__proto__", "", []), "unknown_function", 404);
      },
    ],
    [
      "a body that is too large, malformed or too deep",
      async () => {
        await protocol(e.onEcho("x".repeat(1 << 20)), "body_too_large", 413);
        await protocol(e.onSmall("x".repeat(1000)), "body_too_large", 413);
        same(await e.onSmall("x".repeat(900)), 900);
        await protocol(
          e.onEcho(
            1,
            changed((init) => ({ ...init, body: "[1" })),
          ),
          "malformed_body",
          400,
        );
        await protocol(
          e.onEcho(
            1,
            changed((init) => ({ ...init, body: "[".repeat(5000) + "]".repeat(5000) })),
          ),
          "too_deep",
          400,
        );
      },
    ],
    [
      "a wrong method, a wrong media type, a stale stub",
      async () => {
        await protocol(
          e.onEcho(
            1,
            changed((init) => ({ ...init, method: "PUT" })),
          ),
          "wrong_method",
          405,
        );
        await protocol(
          e.onEcho(
            1,
            changed((init) => ({ ...init, headers: { "content-type": "text/plain" } })),
          ),
          "unsupported_media_type",
          415,
        );
        await protocol(call(null, "errors.onNumbers", "00000000", ["old", "old", "old"]), "stale_client", 409);
      },
    ],
    ...(node
      ? [
          [
            "a cross-site call",
            () =>
              protocol(
                e.onEcho(1, { headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" } }),
                "cross_site",
                403,
              ),
          ],
        ]
      : []),
    [
      "a function that takes too long, on the server's clock and on the caller's",
      async () => {
        await protocol(e.onSlow(2000), "timeout", 504);
        same(await e.onSlow(1), 1);
        const error = await rejection(g.onWaitPlain(0, { timeout: 30 }));
        same(error.name, "TimeoutError");
      },
    ],
    [
      "a caller that aborts gets its own reason, before, during and whatever it is",
      async () => {
        for (const reason of [new Error("mine"), "text", undefined]) {
          const controller = new AbortController();
          const during = rejection(g.onWaitPlain(0, { signal: controller.signal }));
          const stream = g.onWait(0, { signal: controller.signal });
          await stream.next();
          const waiting = rejection(stream.next());
          await sleep(10);
          controller.abort(reason);
          ok((await during) === controller.signal.reason, `a call: ${await during}`);
          ok((await waiting) === controller.signal.reason, `a stream: ${await waiting}`);
          const before = await rejection(e.onEcho(1, { signal: controller.signal }));
          ok(before === controller.signal.reason, `aborted before: ${before}`);
        }
      },
    ],
    [
      "nobody answers",
      async () => {
        // A port that browsers refuse and where nobody listens.
        const client = createClient({ url: "http://127.0.0.1:9/_telefunc" });
        ok((await rejection(e.onEcho(1, { client }))) instanceof ConnectionError, "a call");
        ok((await rejection(g.onCount(1, { client }).next())) instanceof ConnectionError, "a stream");
      },
    ],
    [
      "an answer of somebody else",
      async () => {
        const answering = (status, type = "text/html", body = "<html>") => ({
          client: createClient({
            url,
            fetch: async () => new Response(body, { status, headers: { "content-type": type } }),
          }),
        });
        for (const status of [502, 503, 504])
          ok((await rejection(e.onEcho(1, answering(status)))) instanceof ConnectionError, `${status}`);
        for (const status of [200, 404, 500]) await protocol(e.onEcho(1, answering(status)), "not_telefunc", status);
        await protocol(e.onEcho(1, answering(200, "application/json")), "not_telefunc", 200);
        // A frame of two bytes whose kind nobody knows.
        const frames = answering(200, "application/vnd.telefunc", new Uint8Array([2, 0x3f, 0]));
        await protocol(g.onCount(1, frames).next(), "not_telefunc", 200);
      },
    ],
    [
      "safe gives every end as a value",
      async () => {
        same(await safe(e.onJoin("attic")), { ok: true, value: 1 });
        const refused = await safe(e.onJoin("full"));
        ok(!refused.ok && refused.error instanceof Abort && refused.error.value.kind === "full", "a refusal");
        const failed = await safe(e.onSyncPanic());
        ok(!failed.ok && failed.error instanceof ServerError, "a bug");
      },
    ],
  ];
};
