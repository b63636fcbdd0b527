/** The types a page writes down itself: options, JSON, and what a function may refuse with. */

import type { Client } from "./client.js";

/** What one call may say beside its arguments; it stands last. */
export interface CallOptions {
  /** Stops the call; it then rejects with `signal.reason`, as `fetch` does. */
  signal?: AbortSignal | undefined;
  /** Request headers of this call, over those of the client. */
  headers?: HeadersInit | undefined;
  /**
   * Milliseconds after which the call rejects with a `TimeoutError`, as `AbortSignal.timeout` does.
   * A stream has to begin within them and may then last.
   */
  timeout?: number | undefined;
  /** The client to call with, instead of the one that `configure` sets up. */
  client?: Client | undefined;
}

/** Any value that JSON can say. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** Any telefunction, as `isAbort` and `withClient` take it. */
export type Telefunction = (...args: never[]) => unknown;

declare const throws: unique symbol;

/** Marks what a function gives with the type of the value it may refuse with; there is no such property. */
export interface Throws<E> {
  readonly [throws]?: E;
}

/** The value that a call's promise or stream may be refused with; `unknown` where none is declared. */
export type Refusal<R> = R extends Throws<infer E> ? E : unknown;
