/** Which client a call goes through. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type CallOptions, call, configure, createClient, safe, stream, withClient } from "../src/index.js";

const answer = (value: unknown) => Response.json(value);

/** A client that answers with its own name. */
const named = (name: string) => createClient({ url: `http://${name}`, fetch: async (url) => answer(`${name} ${url}`) });

const onAsk = (_: string, options?: CallOptions): Promise<string> => call(onAsk, "a.ask", "", [_], options);

test("configure sets up what names no client, and keeps what it is not given", async () => {
  const seen: RequestInit[] = [];
  configure({
    url: "http://first",
    fetch: async (url, init) => {
      seen.push(init);
      return answer(url);
    },
  });
  assert.equal(await onAsk("x"), "http://first/a.ask");
  configure({ url: "http://second", credentials: "include" });
  assert.equal(await onAsk("x"), "http://second/a.ask");
  assert.equal(seen[0]?.credentials, undefined);
  assert.equal(seen[1]?.credentials, "include");
  assert.deepEqual(Object.keys(seen[1] ?? {}).sort(), ["body", "credentials", "headers", "method", "signal"]);
});

test("a slash at the end of the url makes no difference", async () => {
  const client = createClient({ url: "http://host/base/", fetch: async (url) => answer(url) });
  assert.equal(await onAsk("x", { client }), "http://host/base/a.ask");
});

test("a client knows nothing of another", async () => {
  const options = { url: "http://one", fetch: async (url: string) => answer(url) };
  const one = createClient(options);
  options.url = "http://two";
  assert.equal(await onAsk("x", { client: one }), "http://one/a.ask");
  assert.equal(await onAsk("x", { client: named("three") }), "three http://three/a.ask");
});

test("withClient sends what a block calls through the client, over every await", async () => {
  const both = await Promise.all(
    ["one", "two"].map((name) =>
      withClient(named(name), async () => {
        const first = await onAsk("x");
        await new Promise(setImmediate);
        return [first, await onAsk("x")];
      }),
    ),
  );
  for (const [i, name] of ["one", "two"].entries()) {
    assert.deepEqual(both[i], [`${name} http://${name}/a.ask`, `${name} http://${name}/a.ask`]);
  }
  assert.equal(await onAsk("x"), "http://second/a.ask");
});

test("withClient inside withClient counts, and so does an option", async () => {
  await withClient(named("outer"), async () => {
    assert.match(await withClient(named("inner"), () => onAsk("x")), /^inner/);
    assert.match(await onAsk("x", { client: named("option") }), /^option/);
    assert.match(await onAsk("x"), /^outer/);
  });
});

test("withClient binds a telefunction", async () => {
  const bound = withClient(named("bound"), onAsk);
  assert.match(await bound("x"), /^bound/);
  assert.match(await bound("x", { client: named("option") }), /^option/);
});

test("withClient passes errors on", () => {
  assert.throws(
    () =>
      withClient(named("x"), () => {
        throw new Error("mine");
      }),
    /mine/,
  );
});

test("a stream belongs to the client of the moment it was made", async () => {
  const seen: string[] = [];
  const client = createClient({
    url: "http://made",
    fetch: async (url) => {
      seen.push(url);
      return answer(null);
    },
  });
  const generator = withClient(client, () => stream(onAsk, "a.stream", "", []));
  await safe(generator.next());
  assert.deepEqual(seen, ["http://made/a.stream"]);
});

test("safe gives a value or an error and never rejects", async () => {
  assert.deepEqual(await safe(Promise.resolve(1)), { ok: true, value: 1 });
  for (const error of [new Error("x"), "text", undefined]) {
    assert.deepEqual(await safe(Promise.reject(error)), { ok: false, error });
  }
});
