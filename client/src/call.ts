/** A plain call: one request, one value. */

import { type Closable, closing } from "./close.js";
import { type Codecs, request } from "./request.js";
import type { CallOptions } from "./types.js";

/** Calls the function `key`. This is what generated stubs are made of. */
export const call = <T>(
  source: unknown,
  key: string,
  schema: string,
  args: unknown[],
  options?: CallOptions,
  codecs?: Codecs,
): Promise<T> => {
  const asked = request(source, key, schema, args, options, codecs);
  const [controller, send, online, decode, follow, timeout] = asked;
  const { signal } = controller;

  const answer = async (): Promise<T> =>
    codecs?.frames ? codecs.frames.call(asked) : decode(await online((await send()).text()));

  const promise: Promise<T> & Closable = new Promise<T>((resolve, reject) => {
    // The reason itself, whatever state the call is in and whatever `fetch` would make of it.
    signal.onabort = () => reject(signal.reason);
    answer()
      .then(resolve, reject)
      .finally(follow())
      .finally(timeout ? follow(AbortSignal.timeout(timeout)) : undefined);
  });
  promise[closing] = () => {
    // Who closes a call need not wait for it: its rejection is nobody's surprise.
    promise.catch(() => {});
    controller.abort();
  };
  return promise;
};
