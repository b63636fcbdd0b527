/** `close`: ends whatever a call gave, by the same path as an aborted signal. */

/** Where a result keeps the way to end it; a name, so that one copy of this package closes another's results. */
export const closing = "telefunc.close";

/** A result that `close` can end. */
export interface Closable {
  [closing]?: () => void;
}

/**
 * Ends what a call gave, and so the call on the server: a stream is then done, and the promise of a call that is
 * still running rejects with an `AbortError`. Anything else, plain data for instance, is left alone.
 */
export const close = (value: unknown): void => (value as Closable | null | undefined)?.[closing]?.();
