import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  Abort,
  type Channel,
  ChannelClosedError,
  type Client,
  type Codecs,
  ConnectionError,
  call,
  close,
  fields,
  fromBytes,
  fromCallback,
  fromDate,
  list,
  nothing,
  ProtocolError,
  ServerError,
  toBytes,
  toCallback,
  toChannel,
  toDate,
  ValidationError,
} from "../src/index.js";
import { live } from "../src/live.js";
import { mentioning, type Peer, serveLive } from "./wire.js";

const invoke = <T>(client: Client, key: string, args: unknown[], codecs: Codecs, signal?: AbortSignal): Promise<T> =>
  call<T>(undefined, key, "1a2b3c4d", args, { client, signal }, { ...codecs, frames: live });

type Echo = Channel<unknown, unknown, unknown, unknown>;

/** Polls for what happens on the other side; bounded, so that a failure is one. */
const until = async (check: () => unknown): Promise<void> => {
  for (let i = 0; i < 500; i++) {
    if (check()) return;
    await sleep(10);
  }
  assert.fail("it did not happen within 5 s");
};

const echo = (peer: Peer): Buffer => {
  const line = peer.open();
  line.onMessage = (json) => {
    line.send(json);
    return json;
  };
  return mentioning([line.id], line.id);
};

test("a callback's first call and the wire are two requests, and the function is called with what the server sends", async () => {
  const { client, requests } = await serveLive({
    async onInit(peer, [id]) {
      const line = await peer.line(id);
      return [await line.ask([1, "2026-01-02T03:04:05.678Z"]), await line.ask([2, "2026-01-02T03:04:05.678Z"])];
    },
  });
  const seen: unknown[] = [];
  const result = await invoke<unknown[]>(
    client,
    "onInit",
    [
      async (n: number, date: Date) => {
        seen.push(n, date instanceof Date);
        return date;
      },
    ],
    { args: [fromCallback({ args: [undefined, toDate], result: fromDate })] },
  );
  assert.deepEqual(seen, [1, true, 2, true]);
  assert.deepEqual(result, ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"]);
  assert.deepEqual(requests.slice(0, 2).sort(), ["onInit", "~wire"]);
});

test("the same function passed twice is one channel, and two functions are two", async () => {
  const { client } = await serveLive({ onTwice: (_, args) => args });
  const fn = (): void => {};
  const codecs = { args: [fromCallback(), list(fromCallback())] };
  const [a, [b, c]] = await invoke<[number, number[]]>(client, "onTwice", [fn, [fn, () => {}]], codecs);
  assert.equal(a, b);
  assert.notEqual(a, c);
});

test("what a callback throws arrives as its abort value, or as an id and nothing else", async (t) => {
  const { client } = await serveLive({
    async onTry(peer, [id]) {
      const line = await peer.line(id);
      return [await line.ask([0]).catch((failure) => failure), await line.ask([1]).catch((failure) => failure)];
    },
  });
  const logged = t.mock.method(console, "error", () => {});
  const [aborted, failed] = await invoke<any[]>(
    client,
    "onTry",
    [
      (n: number) => {
        throw n ? new Error("secret") : new Abort("no", { value: { left: 3 } });
      },
    ],
    { args: [fromCallback()] },
  );
  assert.deepEqual(aborted, { kind: "abort", value: { left: 3 } });
  assert.deepEqual(Object.keys(failed), ["kind", "id"]);
  assert.ok(String(logged.mock.calls[0]!.arguments[0]).includes(failed.id));
});

test("calls of a callback overlap", async () => {
  const { client } = await serveLive({
    async onBoth(peer, [id]) {
      const line = await peer.line(id);
      return Promise.all([line.ask([0]), line.ask([1])]);
    },
  });
  let free = (): void => {};
  const first = new Promise<void>((resolve) => {
    free = resolve;
  });
  const result = await invoke(
    client,
    "onBoth",
    [
      (n: number) => {
        if (!n) return first.then(() => "a");
        free();
        return "b";
      },
    ],
    { args: [fromCallback()] },
  );
  assert.deepEqual(result, ["a", "b"]);
});

test("a callback that asks for nothing answers nothing, whatever it gives", async () => {
  const { client } = await serveLive({ onVoid: async (peer, [id]) => (await peer.line(id)).ask([1]) });
  const given: number[] = [];
  const result = await invoke(client, "onVoid", [(n: number) => given.push(n)], {
    args: [fromCallback({ result: nothing })],
  });
  assert.deepEqual([given, result], [[1], null]);
});

test("the server lets go of a callback by closing its channel", async () => {
  const { client, peers } = await serveLive({
    async onInit(peer, [id]) {
      const line = await peer.line(id);
      line.close();
    },
  });
  await invoke(client, "onInit", [() => {}], { args: [fromCallback()] });
  const [peer] = peers.values();
  await until(() => peer!.lines.get(1)!.isOver);
});

test("a function of the server's is called, overlaps, fails with its refusal, and is over when it is let go", async () => {
  const { client } = await serveLive({
    onFn(peer) {
      const line = peer.open();
      line.onMessage = ([n]) => {
        if (n === 3) throw { kind: "abort", value: "three" };
        if (n === 4) throw { kind: "bug", id: "abc" };
        return n * 2;
      };
      return mentioning([line.id], { fn: line.id });
    },
  });
  const { fn } = await invoke<{ fn: ((n: number) => Promise<number>) & Disposable }>(client, "onFn", [], {
    result: fields({ fn: toCallback() }),
  });
  assert.deepEqual(await Promise.all([fn(1), fn(2)]), [2, 4]);
  await assert.rejects(fn(3), (error: any) => error instanceof Abort && error.value === "three");
  await assert.rejects(fn(4), (error: any) => error instanceof ServerError && error.id === "abc");
  fn[Symbol.dispose]();
  await assert.rejects(fn(1), ChannelClosedError);
});

test("a channel carries messages both ways, requests, replies and raw bytes", async () => {
  const { client } = await serveLive({ onChat: echo });
  const channel = await invoke<Echo>(client, "onChat", [], { result: toChannel() });
  const seen: unknown[] = [];
  channel.listen((message) => seen.push(message));
  await channel.send({ a: 1 });
  assert.deepEqual(await channel.request("b"), "b");
  await until(() => seen.length === 2);
  assert.deepEqual(seen, [{ a: 1 }, "b"]);
  assert.equal(channel.state, "open");

  const bytes = await serveLive({
    onBytes(peer) {
      const line = peer.open();
      line.onMessage = (_, [part]) => line.send(0, part!);
      return mentioning([line.id], line.id);
    },
  });
  const raw = await invoke<Echo>(bytes.client, "onBytes", [], { result: toChannel({ in: fromBytes, out: toBytes }) });
  await raw.send(new Uint8Array(50_000).fill(7));
  for await (const message of raw) {
    assert.equal((message as Uint8Array).length, 50_000);
    break;
  }
  assert.equal(raw.state, "closed");
});

test("a request of the server's is answered by who listens, and refused with what is thrown", async (t) => {
  let line: Awaited<ReturnType<Peer["line"]>>;
  const { client } = await serveLive({
    onChat(peer) {
      line = peer.open();
      return mentioning([line.id], line.id);
    },
  });
  t.mock.method(console, "error", () => {});
  const channel = await invoke<Echo>(client, "onChat", [], { result: toChannel() });
  channel.listen((n) => {
    if (n === 2) throw new Abort("", { value: "no" });
    return (n as number) + 1;
  });
  assert.equal(await line!.ask(1), 2);
  assert.deepEqual(await line!.ask(2).catch((failure) => failure), { kind: "abort", value: "no" });
});

test("a request can be aborted, and the server is told", async () => {
  const { client, peers } = await serveLive({
    onChat(peer) {
      const line = peer.open();
      line.onMessage = () => new Promise(() => {});
      return mentioning([line.id], line.id);
    },
  });
  const channel = await invoke<Echo>(client, "onChat", [], { result: toChannel() });
  const controller = new AbortController();
  const reply = channel.request(1, { signal: controller.signal });
  await sleep(50);
  controller.abort("enough");
  await assert.rejects(reply, (reason) => reason === "enough");
  const [peer] = peers.values();
  await until(() => peer!.lines.get(2)!.cancelled.length);
});

test("a message that the server refuses goes to `onError`, or to the next who sends, and the channel goes on", async () => {
  const refusal = { kind: "validation", issues: [{ path: ["text"], message: "too short", code: "too_short" }] };
  const { client } = await serveLive({
    onChat(peer) {
      const line = peer.open();
      line.onMessage = (json) => {
        if (json === "bad") line.send(Buffer.concat([Buffer.from([1]), Buffer.from(JSON.stringify(refusal))]));
        else if (json === "invalid") throw refusal;
        return json;
      };
      return mentioning([line.id], line.id);
    },
  });
  const channel = await invoke<Echo>(client, "onChat", [], { result: toChannel() });
  await channel.send("bad");
  assert.equal(await channel.request("good"), "good");
  await assert.rejects(
    channel.send("late"),
    (error: any) => error instanceof ValidationError && error.issues.length === 1,
  );
  assert.equal(await channel.request("good"), "good");
  const errors: unknown[] = [];
  channel.onError((error) => errors.push(error));
  await channel.send("bad");
  await until(() => errors.length);
  assert.ok(errors[0] instanceof ValidationError);
  await assert.rejects(channel.request("invalid"), ValidationError);
});

test("closing reaches the other side after what was sent, aborting carries its value both ways", async () => {
  const ends: unknown[] = [];
  const { client } = await serveLive({
    onChat(peer) {
      const line = peer.open();
      const seen: unknown[] = [];
      line.onMessage = (json) => {
        seen.push(json);
        if (json === "abort me") line.fail({ kind: "abort", value: 42 });
        if (json === "close me") line.close();
        return null;
      };
      line.onEnd = (failure) => ends.push(failure ?? seen);
      return mentioning([line.id], line.id);
    },
  });
  const open = (): Promise<Echo> => invoke<Echo>(client, "onChat", [], { result: toChannel() });
  const reasons: unknown[] = [];

  const closing = await open();
  closing.onClose((reason) => reasons.push(reason));
  closing.send(1);
  closing.send(2);
  closing.close();
  assert.equal(closing.state, "closed");
  await until(() => ends.length === 1);
  assert.deepEqual(ends, [[1, 2]]);
  await assert.rejects(closing.send(3), ChannelClosedError);

  const aborting = await open();
  aborting.onClose((reason) => reasons.push(reason));
  aborting.abort({ why: "tired" });
  await until(() => ends.length === 2);
  assert.deepEqual(ends[1], { kind: "abort", value: { why: "tired" } });

  const aborted = await open();
  aborted.onClose((reason) => reasons.push(reason));
  await aborted.send("abort me");
  await assert.rejects(
    async () => {
      for await (const _ of aborted);
    },
    (error: any) => error instanceof Abort && error.value === 42,
  );

  const closed = await open();
  closed.onClose((reason) => reasons.push(reason));
  await closed.send("close me");
  for await (const _ of closed);
  assert.deepEqual(reasons, [
    { kind: "closed" },
    { kind: "aborted", value: { why: "tired" } },
    { kind: "aborted", value: 42 },
    { kind: "closed" },
  ]);
});

test("a slow reader holds up its own channel only, and nothing is lost", async () => {
  let flood: Awaited<ReturnType<Peer["line"]>>;
  const { client } = await serveLive({
    onFlood(peer) {
      flood = peer.open();
      return mentioning([flood.id], flood.id);
    },
    onChat: echo,
  });
  const slow = await invoke<Echo>(client, "onFlood", [], { result: toChannel() });
  const fast = await invoke<Echo>(client, "onChat", [], { result: toChannel() });
  for (let i = 0; i < 500; i++) flood!.send([i, "x".repeat(100)]);
  for (let i = 0; i < 20; i++) assert.equal(await fast.request(i), i);
  let next = 0;
  for await (const [i] of slow as AsyncIterable<[number]>) {
    assert.equal(i, next++);
    if (next === 500) break;
  }
});

test("live values must be where they are said to be, each once", async () => {
  const { client } = await serveLive({
    onMissing: (peer) => mentioning([peer.open().id], []),
    onForeign: (peer) => mentioning([], [peer.open().id]),
    onTwice(peer) {
      const { id } = peer.open();
      return mentioning([id], [id, id]);
    },
  });
  for (const key of ["onMissing", "onForeign", "onTwice"]) {
    await assert.rejects(
      invoke(client, key, [], { result: list(toChannel()) }),
      (error: any) => error instanceof ProtocolError && error.code === "malformed_body",
      key,
    );
  }
});

test("`signal` ends what the call opened, also when it has answered long ago", async () => {
  const { client, peers } = await serveLive({
    async onInit(peer, [id]) {
      await peer.line(id);
      return echo(peer);
    },
  });
  const controller = new AbortController();
  const channel = await invoke<Echo>(
    client,
    "onInit",
    [() => {}],
    { args: [fromCallback()], result: toChannel() },
    controller.signal,
  );
  assert.equal(await channel.request(1), 1);
  controller.abort();
  assert.equal(channel.state, "closed");
  const [peer] = peers.values();
  await until(() => [...peer!.lines.values()].every((line) => line.isOver));
});

test("`close` ends all that a result is made of", async () => {
  const { client, peers } = await serveLive({
    onTwo(peer) {
      const [a, b] = [peer.open(), peer.open()];
      return mentioning([a.id, b.id], { a: a.id, b: b.id });
    },
  });
  const both = await invoke<{ a: Echo; b: Echo }>(client, "onTwo", [], {
    result: fields({ a: toChannel(), b: toChannel() }),
  });
  assert.deepEqual(Object.keys(both), ["a", "b"]);
  close(both);
  const [peer] = peers.values();
  await until(() => [...peer!.lines.values()].every((line) => line.isOver));
  assert.deepEqual([both.a.state, both.b.state], ["closed", "closed"]);
});

test("a call that fails closes what was opened for it", async () => {
  const { client, peers } = await serveLive({
    onInit: async (peer, [id]) => {
      await peer.line(id);
      return Buffer.from("not JSON");
    },
  });
  await assert.rejects(invoke(client, "onInit", [() => {}], { args: [fromCallback()] }));
  const [peer] = peers.values();
  await until(() => peer!.lines.get(1)!.isOver);
});

test("a dropped channel is collected and closed with a warning, one that is listened to is not", async (t) => {
  const { client, peers } = await serveLive({ onChat: echo });
  const warned = t.mock.method(console, "warn", () => {});
  const open = (): Promise<Echo> => invoke<Echo>(client, "onChat", [], { result: toChannel() });
  await (async () => {
    await open();
    (await open()).listen(() => {});
    const waiting = (await open())[Symbol.asyncIterator]();
    void waiting.next();
  })();
  const [peer] = peers.values();
  for (let i = 0; i < 100 && !peer!.lines.get(2)!.isOver; i++) {
    globalThis.gc!();
    await sleep(10);
  }
  assert.deepEqual(
    [...peer!.lines.values()].map((line) => line.isOver),
    [true, false, false],
  );
  assert.ok(String(warned.mock.calls[0]!.arguments[1]).includes("live.test"));
});

test("a closed connection ends every channel, and the next call makes another", async () => {
  const { client, peers } = await serveLive({ onChat: echo });
  const channel = await invoke<Echo>(client, "onChat", [], { result: toChannel() });
  const reply = channel.request("never").catch((error) => error);
  client.connection.close();
  assert.ok((await reply) instanceof ChannelClosedError);
  assert.equal(client.connection.state, "closed");
  await until(() => [...peers.values()][0]!.ended === "closed");
  const again = await invoke<Echo>(client, "onChat", [], { result: toChannel() });
  assert.equal(await again.request(1), 1);
  assert.equal(peers.size, 2);
});

test("a server that has forgotten the connection ends its channels as disconnected", async () => {
  const server = await serveLive({ onChat: echo });
  const channel = await invoke<Echo>(server.client, "onChat", [], { result: toChannel() });
  await channel.request(1);
  const reply = channel.request(2).catch((error) => error);
  const reason = new Promise((resolve) => channel.onClose(resolve));
  server.restart();
  assert.deepEqual(await reason, { kind: "disconnected" });
  const error = await reply;
  assert.ok(error === 2 || error instanceof ConnectionError);
  const again = await invoke<Echo>(server.client, "onChat", [], { result: toChannel() });
  assert.equal(await again.request(3), 3);
});
