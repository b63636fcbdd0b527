/** A stream: one request, and a generator that reads the answer as its values are asked for. */

import { type Closable, closing } from "./close.js";
import type { Live } from "./codec.js";
import { ConnectionError } from "./errors.js";
import type { Frames } from "./frames.js";
import { bodyDecoder } from "./protocol/body.js";
import { FAIL, MESSAGE } from "./protocol/frame.js";
import { FRAMES_TYPE } from "./protocol/media.js";
import { type Codecs, type Request, request } from "./request.js";
import type { CallOptions } from "./types.js";

/** Calls the function `key` as soon as its first value is wanted. This is what generated stubs are made of. */
export const stream = <T>(
  source: unknown,
  key: string,
  schema: string,
  args: unknown[],
  options?: CallOptions,
  codecs?: Codecs,
): AsyncGenerator<T> => {
  const [next, stop] = reading<T>(request(source, key, schema, args, options, codecs), codecs?.frames);
  const generator: AsyncGenerator<T> & Closable = {
    next: () => next(generator),
    async return(value) {
      stop();
      return { done: true, value: await value };
    },
    async throw(error) {
      stop();
      throw error;
    },
    [Symbol.asyncIterator]: () => generator,
    async [Symbol.asyncDispose]() {
      stop();
    },
    [closing]: stop,
  };
  // Only `next` keeps the generator, and only while somebody waits: one that is dropped half-read is collected.
  abandoned ??= new FinalizationRegistry((stop) => stop());
  abandoned.register(generator, stop);
  return generator;
};

let abandoned: FinalizationRegistry<() => void> | undefined;

/** Somebody who waits for a value; the generator has to live as long as he does. */
interface Waiter<T> {
  resolve(result: IteratorResult<T>): void;
  reject(error: unknown): void;
  generator: unknown;
}

/** The state of a stream, apart from its generator so that it does not keep that alive. */
const reading = <T>(
  asked: Request,
  frames?: Frames,
): [next: (generator: unknown) => Promise<IteratorResult<T>>, stop: () => void] => {
  const [controller, send, online, decode, follow, timeout, ours, failure] = asked;
  const { signal } = controller;
  const waiting: Waiter<T>[] = [];
  // What was read before it was asked for: each gives a value, or throws what ends the stream.
  const arrived: (() => T)[] = [];
  let read: (() => Promise<void>) | undefined;
  let unfollow: (() => void) | undefined;
  let cancel: (() => void) | undefined;
  let release: (() => void) | undefined;
  let busy = false;
  let over = false;

  /** Nothing follows `last`; what arrived before it still counts. */
  const end = (last?: () => never): void => {
    if (over) return;
    over = true;
    if (last) arrived.push(last);
    unfollow?.();
    release?.();
    serve();
  };

  /** Nobody wants what is still to come. */
  const drop = (last?: () => never): void => {
    if (over && last) return;
    arrived.length = 0;
    if (over) return;
    end(last);
    controller.abort();
    cancel?.();
  };

  const serve = (): void => {
    while (waiting.length && (over || arrived.length)) {
      const { resolve, reject } = waiting.shift() as Waiter<T>;
      const item = arrived.shift();
      try {
        resolve(item ? { done: false, value: item() } : { done: true, value: undefined });
      } catch (error) {
        reject(error);
        drop();
      }
    }
    // The body is read when somebody waits and at no other time: so a slow reader slows the server down.
    if (waiting.length && !busy) pull();
  };

  const pull = async (): Promise<void> => {
    busy = true;
    try {
      read ??= await open();
      await read();
    } catch (error) {
      end(raise(error));
      controller.abort();
    }
    busy = false;
    serve();
  };

  const open = async (): Promise<() => Promise<void>> => {
    unfollow = follow();
    const answer: Promise<[Response, Live?]> =
      frames?.open?.(asked) ?? send(FRAMES_TYPE).then((response) => [response]);
    const [response, live] = await answer.finally(timeout ? follow(AbortSignal.timeout(timeout)) : undefined);
    // Not `for await`: Safari's streams have no iterator.
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    release = live?.over;
    const feed = bodyDecoder((kind, json, parts, payload) => {
      if (kind === MESSAGE) arrived.push(() => (live ? live.read(payload, parts, decode) : decode(json, parts)));
      else end(kind === FAIL ? raise(failure(json)) : undefined);
    });
    cancel = () => reader.cancel().catch(() => {});
    if (over) cancel();
    return async () => {
      const { value, done } = await online(reader.read());
      if (done) throw new ConnectionError("the stream was cut off");
      ours(() => feed(value));
    };
  };

  signal.onabort = () => drop(raise(signal.reason));

  return [
    (generator) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject, generator });
        serve();
      }),
    () => drop(),
  ];
};

const raise = (error: unknown) => (): never => {
  throw error;
};
