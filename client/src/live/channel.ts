/** A channel: messages both ways, for as long as both sides want. */

import type { ChannelCodecs } from "../codec.js";
import { ChannelClosedError, type TelefuncError } from "../errors.js";
import { report } from "./failure.js";
import { type Releasable, release, watch } from "./handle.js";
import type { Arrived, CloseReason, Port } from "./port.js";
import type { Scope } from "./scope.js";

/** What may come of a message: for those that ask for nothing, anything. */
export type Answer<R> = [undefined] extends [R] ? unknown : R | Promise<R>;

/** Somebody who waits for a message; the channel has to live as long as he does. */
interface Waiter {
  resolve(result: IteratorResult<any>): void;
  reject(error: unknown): void;
  pin: unknown;
}

/** Those to be told of something. */
class Listeners<T> {
  readonly all: Set<{ call: (value: T) => unknown; pin?: unknown }> = new Set();

  add(call: (value: T) => unknown, pin?: unknown): () => void {
    const own = { call, pin };
    this.all.add(own);
    return () => this.all.delete(own);
  }

  tell(value: T): void {
    for (const { call } of [...this.all]) {
      try {
        call(value);
      } catch (error) {
        report(error);
      }
    }
  }
}

/** What has come and who it is for, apart from the channel so that it does not keep that alive. */
class Inbox {
  readonly waiters: Waiter[] = [];
  readonly listeners: Listeners<any> = new Listeners();
  readonly onOpen: Listeners<void> = new Listeners();
  readonly onClose: Listeners<CloseReason> = new Listeners();
  readonly onError: Listeners<TelefuncError> = new Listeners();
  /** A message of ours that was refused, for the next who sends. */
  error: TelefuncError | undefined;
  readonly #arrived: Arrived[] = [];
  readonly #port: Port;
  readonly #codecs: ChannelCodecs;
  readonly #scope: Scope;

  constructor(port: Port, codecs: ChannelCodecs, scope: Scope) {
    this.#port = port;
    this.#codecs = codecs;
    this.#scope = scope;
  }

  opened(): void {
    this.onOpen.tell();
  }

  refused(error: TelefuncError): void {
    if (this.onError.all.size) this.onError.tell(error);
    else this.error = error;
  }

  ended(reason: CloseReason): void {
    this.serve();
    this.onClose.tell(reason);
  }

  take(arrived: Arrived): void {
    this.#arrived.push(arrived);
    this.serve();
  }

  /** Gives what has come to those who want it. */
  serve(): void {
    while (this.#arrived.length && (this.waiters.length || this.listeners.all.size)) {
      this.#give(this.#arrived.shift()!);
    }
    const { error } = this.#port;
    if (!error || this.#arrived.length) return;
    for (const { resolve, reject } of this.waiters.splice(0)) {
      if (error instanceof ChannelClosedError) resolve({ done: true, value: undefined });
      else reject(error);
    }
  }

  #give(arrived: Arrived): void {
    const waiter = this.waiters.shift();
    const isRequest = arrived.kind === "request";
    let result: unknown;
    try {
      const value = this.#scope.decode(arrived.message, this.#codecs.out);
      if (waiter) waiter.resolve({ done: false, value });
      else result = all([...this.listeners.all].map(async ({ call }) => call(value)));
    } catch (error) {
      result = Promise.reject(error);
      waiter?.reject(error);
    }
    const answered = Promise.resolve(result);
    // Who asks waits for the answer and so does not flood; who only tells is held up until it is dealt with.
    if (isRequest || waiter) this.#port.consume(arrived);
    else answered.catch(report).finally(() => this.#port.consume(arrived));
    if (isRequest) {
      this.#port.answer(
        arrived.request,
        answered.then((answer) => this.#scope.encode(answer, this.#codecs.outReply)),
      );
    }
  }
}

/** The first answer, when all have been given. */
const all = async (answers: Promise<unknown>[]): Promise<unknown> => (await Promise.all(answers))[0];

/**
 * The client's end of a channel, as the server's function gives it: the page sends `In` and receives `Out`. Messages
 * arrive in order, each exactly once, whatever becomes of the network, or the channel ends with a reason.
 */
export type Channel<In, Out, InReply = void, OutReply = void> = ChannelHandle<In, Out, InReply, OutReply> & Releasable;

/** The methods of a channel; `close` has more names, which the constructor gives it. */
export class ChannelHandle<In, Out, InReply, OutReply> {
  readonly #port: Port;
  readonly #codecs: ChannelCodecs;
  readonly #scope: Scope;
  readonly #inbox: Inbox;

  /** @internal */
  constructor(port: Port, codecs: ChannelCodecs, scope: Scope) {
    this.#port = port;
    this.#codecs = codecs;
    this.#scope = scope;
    this.#inbox = new Inbox(port, codecs, scope);
    port.own(this.#inbox);
    Object.assign(this, release(port));
    watch(this, port);
  }

  /** `connecting` until the server's side of it is there; what is sent meanwhile is sent then. */
  get state(): "connecting" | "open" | "closed" {
    return this.#port.error ? "closed" : this.#port.isOpen ? "open" : "connecting";
  }

  /** Sends a message; resolves when the connection has taken it, which is later when the server reads slowly. */
  async send(message: In): Promise<void> {
    this.#check();
    await this.#port.send(this.#scope.encode(message, this.#codecs.in), this);
  }

  /** Sends a message and gives what the server replies. */
  async request(message: In, options?: { signal?: AbortSignal }): Promise<InReply> {
    this.#check();
    const reply = this.#port.ask(this.#scope.encode(message, this.#codecs.in), this, options?.signal);
    return this.#scope.decode(await reply, this.#codecs.inReply);
  }

  /**
   * Calls `onMessage` for every message until what this gives is called; what it gives is the reply where the server
   * asked for one. While somebody listens the channel is not collected.
   */
  listen(onMessage: (message: Out) => Answer<OutReply>): () => void {
    const stop = this.#inbox.listeners.add(onMessage, this);
    this.#inbox.serve();
    return stop;
  }

  /** Calls back when the channel is open, at once if it is. */
  onOpen(onOpen: () => void): () => void {
    if (this.state === "open") queueMicrotask(onOpen);
    return this.#inbox.onOpen.add(onOpen);
  }

  /** Calls back when the channel is over, at once if it is. */
  onClose(onClose: (reason: CloseReason) => void): () => void {
    const { reason } = this.#port;
    if (reason) queueMicrotask(() => onClose(reason));
    return this.#inbox.onClose.add(onClose);
  }

  /** Calls back when the server refuses a message; without that, the next `send` or `request` rejects with it. */
  onError(onError: (error: TelefuncError) => void): () => void {
    return this.#inbox.onError.add(onError);
  }

  /** Ends the channel, after all that was sent on it. */
  close(): void {
    this.#port.close();
  }

  /** Ends the channel at once, with a value for the server. */
  abort(value?: unknown): void {
    this.#port.abort(value);
  }

  /** Reads the messages one by one; leaving the loop closes the channel. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Out> {
    const iterator: AsyncIterableIterator<Out> = {
      next: () =>
        new Promise((resolve, reject) => {
          this.#inbox.waiters.push({ resolve, reject, pin: this });
          this.#inbox.serve();
        }),
      return: async (value) => {
        this.close();
        return { done: true, value };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  #check(): void {
    const { error } = this.#inbox;
    this.#inbox.error = undefined;
    if (error) throw error;
  }
}
