/** Clients: where calls go and what goes with every one of them. */

import { type ConnectionStatus, status } from "./connection/status.js";
import type { CallOptions } from "./types.js";

/** What a client is set up with. */
export interface ClientOptions {
  /** The server's base URL; `/_telefunc` unless given. Outside a page it has to be absolute. */
  url?: string | undefined;
  /** Request headers, or a function that is asked for them at every call. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined;
  /** Stands in for the global `fetch`. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Whether cookies go along; as `fetch`, only to the page's own origin unless given. */
  credentials?: RequestCredentials | undefined;
  /** Milliseconds for every call that does not say itself. */
  timeout?: number | undefined;
  /** Stands in for the global `WebSocket`, which Node 20 has none of. With `null` only HTTP is used. */
  WebSocket?: WebSocketClass | null | undefined;
}

/** What is needed of a `WebSocket` class; the package `ws` has it too. */
export type WebSocketClass = new (url: string, protocol: string) => WebSocketLike;

/** What is needed of a `WebSocket`. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** Made by `createClient`; calls take it as `options.client`. */
export interface Client {
  /** The one connection of this client, for a user interface that shows how it is. */
  readonly connection: ConnectionStatus;
  /** @internal */
  readonly options: ClientOptions;
}

/** Finds the client of the code that runs; `withClient` puts it here. */
let ambient: (() => Client | undefined) | undefined;

// Its connection is added by the first who asks for it, so that a page which only makes calls has no code for it.
const fallback = { options: {} } as Client;

/** Makes a client of its own: for servers, for tests, for a second back end. */
export const createClient = (options: ClientOptions): Client => ({ options: { ...options }, connection: status() });

/** Sets up the client of all calls that name no other; what is not given stays as it is. Gives that client. */
export const configure = (options: ClientOptions): Client => {
  Object.assign(fallback.options, options);
  return connected(fallback);
};

/** The client with its connection, used or not. */
export const connected = (client: Client): Client =>
  client.connection ? client : Object.assign(client, { connection: status() });

/** The client that a call goes through. */
export const clientOf = (options: CallOptions | undefined): Client => options?.client ?? ambient?.() ?? fallback;

/** Puts a way to find the client in front of the default one. */
export const setAmbient = (find: () => Client | undefined): void => {
  ambient = find;
};
