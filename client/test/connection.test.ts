import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Channel, type Client, type ConnectionState, call, toChannel } from "../src/index.js";
import { live } from "../src/live.js";
import { mentioning, type Peer, serveLive } from "./wire.js";

type Echo = Channel<unknown, unknown, unknown, unknown>;

const chat = (client: Client): Promise<Echo> =>
  call<Echo>(undefined, "onChat", "1a2b3c4d", [], { client }, { result: toChannel(), frames: live });

const until = async (check: () => unknown): Promise<void> => {
  for (let i = 0; i < 1500; i++) {
    if (check()) return;
    await sleep(10);
  }
  assert.fail("it did not happen within 15 s");
};

/** A channel that gives back what it gets, and keeps it. */
const echo = (seen: unknown[] = []) => ({
  onChat(peer: Peer) {
    const line = peer.open();
    line.onMessage = (json) => {
      seen.push(json);
      line.send(json);
      return json;
    };
    return mentioning([line.id], line.id);
  },
});

/** A proxy that cuts every connection through it whenever it is told to. */
const proxy = async (target: string): Promise<{ url: string; cut(): void; isDown: boolean }> => {
  const sockets = new Set<Socket>();
  const { port } = new URL(target);
  const server = createServer((near) => {
    if (self.isDown) return void near.destroy();
    const far = connect(Number(port), "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const self = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/_telefunc`,
    isDown: false,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
  };
  after(() => {
    self.isDown = true;
    self.cut();
    server.close();
  });
  return self;
};

test("it starts with HTTP and moves to WebSocket without a channel noticing", async () => {
  const seen: unknown[] = [];
  const { client, peers } = await serveLive(echo(seen));
  const channel = await chat(client);
  const back: unknown[] = [];
  channel.listen((message) => back.push(message));
  for (let i = 0; i < 200; i++) {
    await channel.send(i);
    if (i % 20 === 0) await sleep(1);
  }
  await until(() => back.length === 200);
  const [peer] = peers.values();
  await until(() => peer!.attached.length === 2);
  assert.deepEqual(peer!.attached, ["http", "socket"]);
  assert.deepEqual(seen, [...Array(200).keys()]);
  assert.deepEqual(back, seen);
});

for (const [name, options] of [
  ["is not there", { WebSocket: null }],
  ["does not pass", {}],
] as const) {
  test(`where WebSocket ${name} HTTP carries everything, and a message that is answered waits for no timer`, async () => {
    const server = await serveLive(echo(), false);
    const channel = await chat(server.with(options));
    channel.listen(() => {});
    await sleep(200);
    const start = performance.now();
    for (let i = 0; i < 50; i++) assert.equal(await channel.request(i), i);
    assert.ok(performance.now() - start < 1000, `${performance.now() - start} ms`);
    const [peer] = server.peers.values();
    assert.ok(!peer!.attached.includes("socket"));
    // Not without end, either.
    assert.ok(server.requests.filter((path) => path === "upgrade").length <= 2);
  });
}

for (const [name, options] of [
  ["WebSocket", {}],
  ["HTTP", { WebSocket: null }],
] as const) {
  test(`cut every few hundred milliseconds, ${name} delivers everything in order and exactly once`, async () => {
    const seen: unknown[] = [];
    const server = await serveLive(echo(seen));
    const between = await proxy(server.url);
    const client = server.with({ ...options, url: between.url });
    const channel = await chat(client);
    const states = new Set<ConnectionState>();
    client.connection.subscribe((state) => states.add(state));
    const back: unknown[] = [];
    channel.listen((message) => back.push(message));
    let cuts = 0;
    const timer = setInterval(() => {
      cuts++;
      between.cut();
    }, 250);
    const count = 3000;
    for (let i = 0; i < count; i++) {
      await channel.send(i);
      if (i % 10 === 0) await sleep(5);
    }
    clearInterval(timer);
    await until(() => back.length >= count);
    await sleep(50);
    assert.ok(cuts > 3);
    assert.deepEqual(seen, [...Array(count).keys()]);
    assert.deepEqual(back, seen);
    assert.deepEqual([...states].sort(), ["open", "reconnecting"]);
  });
}

test("a server that is not there yet is waited for, and `retry-after` is honoured", async () => {
  const server = await serveLive(echo());
  server.refusals.push([503, { "retry-after": "1" }]);
  const start = performance.now();
  const channel = await chat(server.client);
  assert.equal(await channel.request(1), 1);
  assert.ok(performance.now() - start >= 990);

  const between = await proxy(server.url);
  const client = server.with({ url: between.url });
  const waiting = await chat(client);
  between.isDown = true;
  between.cut();
  await until(() => client.connection.state === "reconnecting");
  const reply = waiting.request(2);
  await sleep(500);
  between.isDown = false;
  assert.equal(await reply, 2);
});

test("a server that does not want the client is not asked again", async () => {
  const server = await serveLive(echo());
  server.refusals.push([401, {}]);
  const channel = await chat(server.client);
  const reason = new Promise((resolve) => channel.onClose(resolve));
  assert.deepEqual(await reason, { kind: "disconnected" });
  assert.equal(server.client.connection.state, "closed");
  await sleep(300);
  assert.equal(server.requests.filter((path) => path === "~wire").length, 1);
});

test("a server that drains is left for another wire", async () => {
  const { client, peers } = await serveLive(echo());
  const channel = await chat(client);
  await channel.request(1);
  const [peer] = peers.values();
  await until(() => peer!.attached.length === 2);
  peer!.drain(10);
  await until(() => peer!.attached.length === 3);
  assert.equal(await channel.request(2), 2);
});

test("the state is told to those who subscribe, until they no longer do", async () => {
  const { client } = await serveLive(echo());
  const states: ConnectionState[] = [];
  const stop = client.connection.subscribe((state) => states.push(state));
  assert.equal(client.connection.state, "idle");
  const channel = await chat(client);
  await channel.request(1);
  client.connection.close();
  stop();
  await (await chat(client)).request(1);
  assert.deepEqual(states, ["connecting", "open", "closed"]);
});

test("forty channels cost what they open and no request each", async () => {
  const { client, requests, peers } = await serveLive(echo());
  const channels = [await chat(client)];
  await channels[0]!.request(0);
  const [peer] = peers.values();
  await until(() => peer!.attached.length === 2);
  const before = requests.length;
  for (let i = 1; i < 40; i++) channels.push(await chat(client));
  assert.deepEqual(await Promise.all(channels.map((channel, i) => channel.request(i))), [...channels.keys()]);
  assert.equal(requests.length - before, 39);
});
