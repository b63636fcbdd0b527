/** Clients: where calls go and what goes with every one of them. */

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
}

/** Made by `createClient`; calls take it as `options.client`. */
export interface Client {
  /** @internal */
  readonly options: ClientOptions;
}

/** Finds the client of the code that runs; `withClient` puts it here. */
let ambient: (() => Client | undefined) | undefined;

const fallback: Client = { options: {} };

/** Makes a client of its own: for servers, for tests, for a second back end. */
export const createClient = (options: ClientOptions): Client => ({ options: { ...options } });

/** Sets up the client of all calls that name no other; what is not given stays as it is. */
export const configure = (options: ClientOptions): void => {
  Object.assign(fallback.options, options);
};

/** The client that a call goes through. */
export const clientOf = (options: CallOptions | undefined): Client => options?.client ?? ambient?.() ?? fallback;

/** Puts a way to find the client in front of the default one. */
export const setAmbient = (find: () => Client | undefined): void => {
  ambient = find;
};
