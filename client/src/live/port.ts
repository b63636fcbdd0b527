/** One channel on the page's side: what goes out waits its turn here, what comes in goes to whoever owns it. */

import { Abort, ChannelClosedError, ConnectionError, ProtocolError, type TelefuncError } from "../errors.js";
import type { Message } from "../protocol/channel.js";
import type { Event } from "../protocol/event.js";
import { abortion, fromError, toError } from "./failure.js";
import type { Session } from "./session.js";

/** How a channel ended: closed by one of the two, aborted with a value, failed, or the connection was lost for good. */
export type CloseReason =
  | { kind: "closed" }
  | { kind: "aborted"; value: unknown }
  | { kind: "failed"; error: TelefuncError }
  | { kind: "disconnected" };

/** A message that came; whoever takes it says so with `consume`. */
export type Arrived = Extract<Event, { kind: "message" | "request" }>;

/** Who a port belongs to. None of these may keep the handle that the page has: then it could not be collected. */
export interface Owner {
  take(arrived: Arrived): void;
  /** The server has refused a message that wanted no reply. */
  refused(error: TelefuncError): void;
  opened?(): void;
  ended?(reason: CloseReason): void;
}

/** Who waits for something; the pin is kept alive until then. */
interface Waiter {
  resolve(result: any): void;
  reject(error: unknown): void;
  pin?: unknown;
}

/** What is to be done once the channel takes it, in order. */
interface Task extends Waiter {
  run(): unknown;
}

/** Marks a message that says that one of ours was refused; no JSON begins so. */
const REFUSED = 1;

export class Port {
  readonly id: number;
  readonly session: Session;
  /** Where the handle was made, for a warning. */
  made: string | undefined;
  /** Why it is over, once it is: as an error, for those who wait. */
  error: TelefuncError | undefined;
  isOpen: boolean;
  /** Called when it is over. */
  onOver: (() => void) | undefined;
  #owner: Owner | undefined;
  /** What came before there was an owner. */
  readonly #early: Arrived[] = [];
  readonly #tasks: Task[] = [];
  readonly #asked: Map<unknown, Waiter> = new Map();

  constructor(session: Session, id: number, isOpen: boolean) {
    this.session = session;
    this.id = id;
    this.isOpen = isOpen;
  }

  /** Why it is over, once it is: as the page is told. */
  get reason(): CloseReason | undefined {
    return this.error && reasonOf(this.error);
  }

  /** Gives the port to whoever revived it. */
  own(owner: Owner): this {
    this.#owner = owner;
    for (const arrived of this.#early.splice(0)) owner.take(arrived);
    if (this.reason) owner.ended?.(this.reason);
    return this;
  }

  /** Sends a message; resolves when the connection has taken it. */
  send(message: Message, pin: unknown): Promise<void> {
    return this.#do(() => this.session.core.send(this.id, message), pin);
  }

  /** Sends a request; resolves with the reply. */
  ask(message: Message, pin: unknown, signal?: AbortSignal): Promise<Message> {
    let abort = (): void => {};
    const reply = new Promise<Message>((resolve, reject) => {
      let request: number;
      const task: Task = {
        run: () => this.session.core.request(this.id, message),
        resolve: (number) => {
          request = number;
          this.#asked.set(request, { resolve, reject, pin });
        },
        reject,
      };
      abort = () => {
        const at = this.#tasks.indexOf(task);
        if (at >= 0) this.#tasks.splice(at, 1);
        else if (this.#asked.delete(request)) this.session.core.cancel(this.id, request);
        this.session.wake();
        reject(signal!.reason);
      };
      if (signal?.aborted) reject(signal.reason);
      else this.#push(task);
      signal?.addEventListener("abort", abort);
    });
    return reply.finally(() => signal?.removeEventListener("abort", abort));
  }

  /** Answers a request of the server's, whatever comes of `answer`. */
  async answer(request: number, answer: Promise<Message>): Promise<void> {
    const { core } = this.session;
    try {
      const message = await answer;
      await this.#do(() => core.reply(this.id, request, message));
    } catch (error) {
      // When it is over nobody waits for the answer any more.
      if (this.error) return;
      const failure = fromError(error);
      this.#do(() => core.refuse(this.id, request, failure)).catch(() => {});
    }
  }

  consume({ cost }: { cost: number }): void {
    this.session.consume(this.id, cost);
  }

  /** Ends the channel after what was sent on it. */
  close(): void {
    this.#leave(() => this.session.core.close(Date.now(), this.id), new ChannelClosedError(CLOSED));
  }

  /** Ends the channel at once, with a value for the server. */
  abort(value: unknown): void {
    const failure = abortion(value);
    const error = new Abort("the channel was aborted", { value });
    this.#drop(error);
    this.#leave(() => this.session.core.abort(Date.now(), this.id, failure), error);
  }

  /** What happened to the channel. */
  handle(event: Extract<Event, { channel: number }>): void {
    const { kind } = event;
    if ("cost" in event && kind !== "message" && kind !== "request") this.consume(event);
    if (kind === "opened") {
      this.isOpen = true;
      this.#owner?.opened?.();
    } else if (kind === "message" && event.message.json[0] === REFUSED) {
      this.consume(event);
      this.#owner?.refused(toError(event.message.json.subarray(1)));
    } else if (kind === "message" || kind === "request") {
      if (this.#owner) this.#owner.take(event);
      else this.#early.push(event);
    } else if (kind === "reply" || kind === "refused") {
      const asked = this.#asked.get(event.request);
      this.#asked.delete(event.request);
      if (kind === "reply") asked?.resolve(event.message);
      else asked?.reject(toError(event.failure));
    } else if (kind === "closed") this.end(new ChannelClosedError(CLOSED));
    else if (kind === "failed") this.end(toError(event.failure));
    // It is open now, or takes what it did not: a message, or one more request.
    this.#run();
  }

  /** Nothing more can be sent, nor will come. */
  end(error: TelefuncError): void {
    this.session.forget(this);
    this.#drop(error);
    this.#settle(error);
  }

  #do(run: () => unknown, pin?: unknown): Promise<void> {
    return new Promise((resolve, reject) => this.#push({ run, resolve, reject, pin }));
  }

  #push(task: Task): void {
    if (this.error) task.reject(new ChannelClosedError(CLOSED, { cause: this.error }));
    else {
      this.#tasks.push(task);
      this.#run();
    }
  }

  /** Does what waits, as far as the connection takes it. */
  #run(): void {
    for (let task = this.#tasks[0]; this.isOpen && task; task = this.#tasks[0]) {
      const result = task.run();
      if (result === "full" || result === "too_many") break;
      this.#tasks.shift();
      if (result === "closed") task.reject(new ChannelClosedError(CLOSED));
      else if (typeof result === "string") task.reject(new ProtocolError(`can't send: ${result}`, { code: result }));
      else task.resolve(result);
    }
    this.session.wake();
  }

  /** Says our end of the channel, when it is its turn. */
  #leave(run: () => unknown, error: TelefuncError): void {
    if (this.error) return;
    const resolve = (): void => this.session.forget(this);
    this.#tasks.push({ run, resolve, reject: resolve });
    this.#settle(error);
    this.#run();
  }

  #settle(error: TelefuncError): void {
    if (this.error) return;
    this.error = error;
    for (const asked of this.#asked.values()) asked.reject(error);
    this.#asked.clear();
    this.onOver?.();
    this.#owner?.ended?.(reasonOf(error));
  }

  #drop(error: unknown): void {
    for (const task of this.#tasks.splice(0)) task.reject(error);
  }
}

const CLOSED = "the channel is closed";

const reasonOf = (error: TelefuncError): CloseReason =>
  error instanceof Abort
    ? { kind: "aborted", value: error.value }
    : error instanceof ChannelClosedError
      ? { kind: "closed" }
      : error instanceof ConnectionError
        ? { kind: "disconnected" }
        : { kind: "failed", error };
