/** A server of connections in the plainest form: it speaks the wire, keeps all it sent, and does what a test says. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { after } from "node:test";
import { WebSocket, WebSocketServer } from "ws";
import { type Client, type ClientOptions, createClient } from "../src/index.js";
import * as kinds from "../src/protocol/frame.js";
import { putVarint, takeVarint, varintLength } from "../src/protocol/varint.js";

const OVERHEAD = 64;

/** Numbers as a payload. */
export const numbers = (...values: number[]): Buffer => {
  const out: number[] = [];
  for (const value of values) putVarint(out, value);
  return Buffer.from(out);
};

const take = (payload: Uint8Array): [number, Uint8Array] => [
  takeVarint(payload, 0),
  payload.subarray(varintLength(payload[0]!)),
];

const frame = (kind: number, channel: number, payload: Uint8Array = Buffer.alloc(0)): Buffer =>
  Buffer.concat([kinds.frameHeader(kind, channel, payload.length), payload]);

/** JSON that mentions live values. */
export const mentioning = (ids: number[], json: unknown): Buffer =>
  Buffer.concat([Buffer.from([0]), numbers(ids.length, ...ids), Buffer.from(JSON.stringify(json))]);

const bytesOf = (json: unknown): Buffer => (Buffer.isBuffer(json) ? json : Buffer.from(JSON.stringify(json)));

interface ServerWire {
  write(bytes: Buffer): void;
  end(): void;
  nextIn: number;
}

/** The server's side of a channel. */
export class Line {
  /** Called with what comes; gives the reply where one is wanted. */
  onMessage: (json: any, parts: Uint8Array[]) => unknown = () => null;
  onEnd: (failure?: any) => void = () => {};
  /** What came, while nobody took it. */
  readonly cancelled: number[] = [];
  isOver = false;
  #more: Uint8Array[] = [];
  #parts: Uint8Array[] = [];
  #next = 0;
  #credit = 4096;
  readonly #waiting: Buffer[][] = [];
  readonly #asked = new Map<number, [resolve: (json: any) => void, reject: (failure: any) => void]>();
  readonly id: number;
  readonly #peer: Peer;

  constructor(peer: Peer, id: number) {
    this.#peer = peer;
    this.id = id;
  }

  send(json: unknown, ...parts: Uint8Array[]): void {
    this.#message(kinds.MESSAGE, bytesOf(json), parts);
  }

  ask(json: unknown): Promise<any> {
    const request = this.#next++;
    this.#message(kinds.REQUEST, Buffer.concat([numbers(request), bytesOf(json)]), []);
    return new Promise((resolve, reject) => this.#asked.set(request, [resolve, reject]));
  }

  close(): void {
    if (!this.isOver) this.#peer.numbered(kinds.CLOSE, this.id);
    this.isOver = true;
  }

  fail(failure: unknown): void {
    this.#peer.numbered(kinds.FAIL, this.id, bytesOf(failure));
    this.isOver = true;
  }

  #message(kind: number, json: Buffer, parts: Uint8Array[]): void {
    const pieces = [...parts.map((part) => [kinds.PART, part] as const), [kind, json] as const];
    this.#waiting.push(
      pieces.flatMap(([kind, payload]) => {
        const frames: Buffer[] = [];
        let rest = payload;
        for (; rest.length > 16384; rest = rest.subarray(16384)) {
          frames.push(frame(kinds.MORE, this.id, rest.subarray(0, 16384)));
        }
        return [...frames, frame(kind, this.id, rest)];
      }),
    );
    this.#flush();
  }

  #flush(): void {
    for (let frames = this.#waiting[0]; frames; frames = this.#waiting[0]) {
      while (frames.length) {
        const cost = frames[0]!.length + OVERHEAD;
        if (cost > this.#credit) {
          const want = frames.reduce((sum, { length }) => sum + length + OVERHEAD, 0);
          this.#peer.numbered(kinds.BLOCKED, this.id, numbers(want));
          return;
        }
        this.#credit -= cost;
        this.#peer.raw(frames.shift()!);
      }
      this.#waiting.shift();
    }
  }

  handle(kind: number, payload: Uint8Array): void {
    if (kind === kinds.CREDIT) {
      // The header's bytes are not counted on the wire, so this stays a little behind what was granted.
      this.#credit += take(payload)[0];
      this.#flush();
      return;
    }
    if (kind === kinds.BLOCKED) return;
    if (kind === kinds.CANCEL) return void this.cancelled.push(take(payload)[0]);
    if (kind === kinds.CLOSE || kind === kinds.FAIL) {
      this.close();
      this.onEnd(kind === kinds.FAIL ? JSON.parse(Buffer.from(payload).toString()) : undefined);
      return;
    }
    if (!this.isOver) this.#peer.numbered(kinds.CREDIT, this.id, numbers(payload.length + OVERHEAD));
    this.#more.push(payload);
    if (kind === kinds.MORE) return;
    const whole = Buffer.concat(this.#more);
    this.#more = [];
    if (kind === kinds.PART) return void this.#parts.push(whole);
    const parts = this.#parts;
    this.#parts = [];
    if (kind === kinds.MESSAGE) return void this.onMessage(JSON.parse(whole.toString()), parts);
    const [request, json] = take(whole);
    const value = JSON.parse(Buffer.from(json).toString());
    if (kind === kinds.REQUEST) return void this.#answer(request, value, parts);
    const [resolve, reject] = this.#asked.get(request)!;
    if (kind === kinds.REPLY) resolve(value);
    else reject(value);
  }

  async #answer(request: number, value: unknown, parts: Uint8Array[]): Promise<void> {
    try {
      const reply = bytesOf((await this.onMessage(value, parts)) ?? null);
      this.#message(kinds.REPLY, Buffer.concat([numbers(request), reply]), []);
    } catch (failure) {
      this.#message(kinds.REFUSE, Buffer.concat([numbers(request), bytesOf(failure)]), []);
    }
  }
}

/** One connection. */
export class Peer {
  readonly lines = new Map<number, Line>();
  /** How many numbered frames each side has sent. */
  readonly sent: Buffer[] = [];
  received = 0;
  ended: string | undefined;
  /** The kinds of the wires, in the order of their attaching. */
  readonly attached: string[] = [];
  readonly wires = new Map<number, ServerWire>();
  active: ServerWire | undefined;
  #next = 2;
  readonly #expected = new Map<number, (line: Line) => void>();

  /** Opens a channel. */
  open(): Line {
    const line = new Line(this, this.#next);
    this.#next += 2;
    this.lines.set(line.id, line);
    this.numbered(kinds.OPEN, line.id);
    return line;
  }

  /** A channel of the client's, which may be mentioned before it is opened. */
  line(id: number): Promise<Line> {
    const line = this.lines.get(id);
    return line ? Promise.resolve(line) : new Promise((resolve) => this.#expected.set(id, resolve));
  }

  numbered(kind: number, channel: number, payload?: Uint8Array): void {
    this.raw(frame(kind, channel, payload));
  }

  raw(bytes: Buffer): void {
    this.sent.push(bytes);
    this.active?.write(bytes);
  }

  drain(after: number): void {
    this.active?.write(frame(kinds.DRAIN, 0, numbers(after)));
  }

  accept(wire: ServerWire, payload: Uint8Array, name: string): number {
    const rest = payload.subarray(17);
    const [ordinal, more] = take(rest);
    const [received] = take(more);
    wire.nextIn = ordinal ? this.received : 0;
    this.wires.set(ordinal, wire);
    this.attached.push(name);
    this.active = wire;
    wire.write(
      Buffer.concat([
        frame(kinds.ATTACHED, 0, numbers(this.received, 4096, 2 * 1024 * 1024, 60_000)),
        ...this.sent.slice(received),
      ]),
    );
    return ordinal;
  }

  handle(wire: ServerWire, { kind, channel, payload }: kinds.Frame): void {
    if (kind === kinds.SKIP) wire.nextIn = take(payload)[0];
    if (kind === kinds.END) this.ended = Buffer.from(payload).toString();
    if (kind < kinds.MESSAGE || wire.nextIn++ < this.received) return;
    this.received++;
    const copy = Uint8Array.from(payload);
    if (kind === kinds.OPEN) {
      const line = new Line(this, channel);
      this.lines.set(channel, line);
      this.#expected.get(channel)?.(line);
    } else this.lines.get(channel)!.handle(kind, copy);
  }

  /** Cuts every wire. */
  cut(): void {
    for (const wire of this.wires.values()) wire.end();
    this.wires.clear();
    this.active = undefined;
  }
}

export type LiveHandler = (peer: Peer, args: any[]) => unknown;

export interface LiveServer {
  readonly url: string;
  readonly client: Client;
  readonly peers: Map<string, Peer>;
  /** The requests so far: their methods and paths. */
  readonly requests: string[];
  /** What the server answers to the next attaches, instead of binding a wire. */
  readonly refusals: [status: number, headers: Record<string, string>][];
  with(options: ClientOptions): Client;
  /** Forgets every connection, as if it were another process. */
  restart(): void;
}

/** Starts a server whose functions are `handlers`; a handler that gives a buffer answers with it as a message. */
export const serveLive = async (handlers: Record<string, LiveHandler>, sockets = true): Promise<LiveServer> => {
  const peers = new Map<string, Peer>();
  const requests: string[] = [];
  const refusals: [number, Record<string, string>][] = [];
  const open = new Set<Socket>();

  const peerOf = (token: string): Peer => {
    const peer = peers.get(token) ?? new Peer();
    peers.set(token, peer);
    return peer;
  };

  /** Reads a wire's frames, the attach first. */
  const reader = (wire: ServerWire, name: string, onAttach: (ordinal: number) => void = () => {}) => {
    let peer: Peer | undefined;
    const decode = kinds.frameDecoder(1 << 20, (frame) => {
      if (frame.kind === kinds.ATTACH) {
        const token = Buffer.from(frame.payload.subarray(1, 17)).toString("hex");
        const known = peers.has(token);
        peer = peerOf(token);
        const [ordinal] = take(frame.payload.subarray(17));
        if ((ordinal && !known) || (!ordinal && peer.attached.length)) {
          const code = ordinal ? "unknown_connection" : "stale_wire";
          if (!known) peers.delete(token);
          peer = undefined;
          wire.write(end(code));
          return wire.end();
        }
        onAttach(peer.accept(wire, frame.payload, name));
      } else peer?.handle(wire, frame);
    });
    return (chunk: Uint8Array) => {
      decode(chunk);
      if (peer) wire.write(frame(kinds.ACKNOWLEDGE, 0, numbers(peer.received)));
    };
  };

  const server = createServer(async (request, response) => {
    const path = request.url!.slice("/_telefunc/".length);
    requests.push(path);
    if (path === "~wire") return wire(request, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const peer = peerOf(`${request.headers["telefunc-connection"]}`);
    const result = await handlers[path]!(peer, JSON.parse(Buffer.concat(chunks).toString()));
    if (!Buffer.isBuffer(result)) {
      return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(result ?? null));
    }
    response.writeHead(200, { "content-type": "application/vnd.telefunc" }).end(frame(kinds.MESSAGE, 0, result));
  });

  const wire = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const token = request.headers["telefunc-connection"];
    if (token) {
      const peer = peers.get(`${token}`);
      const bound = peer?.wires.get(Number(request.headers["telefunc-wire"]));
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      if (!peer || !bound) return void response.writeHead(410).end();
      const decode = kinds.frameDecoder(1 << 20, (frame) =>
        frame.kind === kinds.ATTACH ? peer.accept(bound, frame.payload, "again") : peer.handle(bound, frame),
      );
      for (const chunk of chunks) decode(chunk);
      bound.write(frame(kinds.ACKNOWLEDGE, 0, numbers(peer.received)));
      return void response.writeHead(204).end();
    }
    const refusal = refusals.shift();
    if (refusal) return void response.writeHead(...refusal).end();
    response.writeHead(200, { "content-type": "application/vnd.telefunc" });
    const bound: ServerWire = {
      write: (bytes) => void response.write(bytes),
      end: () => void response.destroy(),
      nextIn: 0,
    };
    const read = reader(bound, "http");
    request.on("data", read);
  };

  const socketServer = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    requests.push("upgrade");
    if (!sockets) return void socket.end("HTTP/1.1 404 Not Found\r\n\r\n");
    socketServer.handleUpgrade(request, socket, head, (socket) => {
      const bound: ServerWire = {
        write: (bytes) => socket.readyState === socket.OPEN && socket.send(bytes),
        end: () => socket.terminate(),
        nextIn: 0,
      };
      socket.on("message", reader(bound, "socket"));
    });
  });
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const clients: Client[] = [];
  after(() => {
    for (const client of clients) client.connection.close();
    for (const socket of open) socket.destroy();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_telefunc`;
  const client = (options: ClientOptions): Client => {
    const client = createClient({ url, WebSocket: WebSocket as any, ...options });
    clients.push(client);
    return client;
  };
  return {
    url,
    client: client({}),
    peers,
    requests,
    refusals,
    with: client,
    restart() {
      for (const peer of peers.values()) peer.cut();
      peers.clear();
    },
  };
};

const end = (code: string): Buffer => frame(kinds.END, 0, Buffer.from(code));
