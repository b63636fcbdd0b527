/** A small server that speaks the wire by hand: each test says byte by byte what its functions answer. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import { type Client, type ClientOptions, createClient } from "../src/index.js";
import { bodyDecoder } from "../src/protocol/body.js";
import { CLOSE, FAIL, frameHeader, MESSAGE, PART, PING } from "../src/protocol/frame.js";

/** One call as it came in, and the way to answer it. */
export interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  /** The arguments, from either kind of body. */
  readonly args: any[];
  readonly parts: Uint8Array[];
  /** Resolves when the connection of this call is closed before its answer is complete. */
  readonly gone: Promise<void>;
  json(value: unknown): void;
  fail(status: number, failure: unknown): void;
  stream(): void;
}

export type Handler = (call: Incoming) => unknown;

export interface Server {
  readonly url: string;
  readonly client: Client;
  /** How many connections and calls there have been. */
  readonly sockets: number;
  readonly requests: number;
  with(options: ClientOptions): Client;
}

/** Starts a server whose functions are `handlers`; it ends with the test file. */
export const serve = async (handlers: Record<string, Handler>): Promise<Server> => {
  let sockets = 0;
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    let text = body.toString();
    let parts: Uint8Array[] = [];
    if (request.headers["content-type"] === "application/vnd.telefunc") {
      bodyDecoder((_, json, found) => {
        text = json;
        parts = found;
      })(body);
    }
    const answer = (status: number, type: string, json: unknown) =>
      response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(JSON.stringify(json));
    const gone = new Promise<void>((resolve) => response.on("close", () => response.writableFinished || resolve()));
    handlers[request.url?.slice("/_telefunc/".length) ?? ""]?.({
      request,
      response,
      body,
      args: JSON.parse(text),
      parts,
      gone,
      json: (value) => answer(200, "application/json", value),
      fail: (status, failure) => answer(status, "application/vnd.telefunc.error+json", failure),
      stream: () => response.writeHead(200, { "content-type": "application/vnd.telefunc" }).flushHeaders(),
    });
  });
  server.on("connection", () => sockets++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_telefunc`;
  return {
    url,
    client: createClient({ url }),
    get requests() {
      return requests;
    },
    get sockets() {
      return sockets;
    },
    with: (options) => createClient({ url, ...options }),
  };
};

const frame = (kind: number, payload: Uint8Array): Buffer =>
  Buffer.concat([frameHeader(kind, 0, payload.length), payload]);

/** The frames of one item. */
export const item = (value: unknown, ...parts: Uint8Array[]): Buffer =>
  Buffer.concat([...parts.map((part) => frame(PART, part)), frame(MESSAGE, Buffer.from(JSON.stringify(value)))]);

export const ping: Buffer = frame(PING, Buffer.alloc(0));
export const end: Buffer = frame(CLOSE, Buffer.alloc(0));
export const failure = (json: unknown): Buffer => frame(FAIL, Buffer.from(JSON.stringify(json)));
