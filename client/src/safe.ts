/** `safe` and `isAbort`: failures as values with types, where `catch` only knows `unknown`. */

import { Abort, type ConnectionError, type ProtocolError, type ServerError, type ValidationError } from "./errors.js";
import type { Refusal, Telefunction } from "./types.js";

/**
 * What a call can fail with: the errors of telefunc, a `DOMException` if it was aborted or its time was over, a
 * `TypeError` if its arguments could not be sent. Beyond that only what the page itself brings in: the reason it
 * aborts with, and what its `headers` function throws.
 */
export type CallError<E = unknown> =
  | Abort<E>
  | ValidationError
  | ServerError
  | ProtocolError
  | ConnectionError
  | DOMException
  | TypeError;

/** How a call ended. */
export type Outcome<T, E = unknown> = { ok: true; value: T } | { ok: false; error: CallError<E> };

/** Waits for a call and gives its end as a value, whatever it is: this never rejects. */
export const safe = async <P extends PromiseLike<unknown>>(promise: P): Promise<Outcome<Awaited<P>, Refusal<P>>> => {
  try {
    return { ok: true, value: await promise };
  } catch (error) {
    return { ok: false, error: error as CallError<Refusal<P>> };
  }
};

/** Whether `error` is a refusal by the telefunction `fn`; its value then has the type that `fn` declares. */
export const isAbort = <F extends Telefunction>(fn: F, error: unknown): error is Abort<Refusal<ReturnType<F>>> =>
  error instanceof Abort && error.source === fn;
