/** The scope of one call: what it opened, and the common end of all that. */

import type { Client } from "../client.js";
import { closing } from "../close.js";
import type { CallbackCodecs, Codec, Live, Parts } from "../codec.js";
import { linkOf } from "../connection/link.js";
import { ProtocolError } from "../errors.js";
import { beside } from "../frames.js";
import { checker, type Json } from "../json.js";
import type { Message } from "../protocol/channel.js";
import { splitLive } from "../protocol/live.js";
import type { Request } from "../request.js";
import { reviveCallback, serve } from "./callback.js";
import { ChannelHandle } from "./channel.js";
import { toBytes, toText } from "./failure.js";
import type { Port } from "./port.js";
import type { Session } from "./session.js";

/** Begins the scope of a call. */
export const enter = ([controller, , , , follow, , , , json]: Request, client: Client, made: Error): Scope =>
  new Scope(controller, follow, json, linkOf(client).session(), made);

/** Whether two places have functions of the same type. Those without codecs are the same on the wire. */
const isSame = (a: CallbackCodecs, b: CallbackCodecs): boolean =>
  a.result === b.result && [...(a.args ?? []), null].every((codec, i) => codec === [...(b.args ?? []), null][i]);

export class Scope implements Live {
  readonly token: string;
  /** Says that the call is over. */
  readonly over: () => void;
  readonly #session: Session;
  readonly #json: Json;
  readonly #made: string | undefined;
  readonly #follow: () => () => void;
  readonly #ports: Set<Port> = new Set();
  #unfollow: (() => void) | undefined;

  constructor(controller: AbortController, follow: () => () => void, json: Json, session: Session, made: Error) {
    this.token = session.token;
    session.calls++;
    let calls = 1;
    this.over = () => {
      session.calls -= calls;
      calls = 0;
      session.wake();
    };
    this.#session = session;
    this.#json = json;
    // As text: an error that nobody has looked at keeps alive what was on its stack, in V8.
    this.#made = made.stack;
    this.#follow = follow;
    controller.signal.addEventListener("abort", () => this.end());
  }

  /** Waits for the answer of the call; if there is none, what was opened for it is closed. */
  async settle<T>(answer: Promise<T>): Promise<T> {
    try {
      const value: any = await answer;
      // A result that is made of live values is closed as one.
      if (this.#ports.size && value && /ob|fu/.test(typeof value) && !(value instanceof Response)) {
        Object.defineProperty(value, closing, { value: () => this.end(), configurable: true });
      }
      return value;
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Closes all that the call opened. */
  end(): void {
    this.over();
    for (const port of [...this.#ports]) port.close();
  }

  callback(fn: (...args: any[]) => unknown, codecs: CallbackCodecs, parts: Parts): number {
    parts.opened ??= new Map();
    const opened = parts.opened.get(fn) ?? [];
    let port = opened.find((port) => isSame(port.codecs, codecs));
    if (!port) {
      const fresh = this.#add(serve(this.#session.open(), fn, codecs, this));
      port = { codecs, id: fresh.id, close: () => fresh.close() };
      parts.opened.set(fn, [...opened, port]);
    }
    return port.id;
  }

  revive(kind: "callback" | "channel", id: any, codecs: object, { ids }: Parts): unknown {
    if (!ids?.delete(id)) {
      // What looks like a live value and is not said to be one: it fails the message when that is read.
      ids?.add(Number.NaN);
      return;
    }
    const port = this.#add(this.#session.port(id));
    port.made = this.#made;
    return kind === "channel" ? new ChannelHandle(port, codecs, this) : reviveCallback(port, codecs, this);
  }

  read(payload: Uint8Array, parts: Parts, decode: (text: string, parts: Parts) => any): any {
    const [ids, json] = splitLive(payload);
    parts.live = this;
    parts.ids = new Set(ids);
    const value = decode(toText(json), parts);
    if (!parts.ids.size) return value;
    for (const id of ids) this.#session.port(id).close();
    throw new ProtocolError("the live values are not where they are said to be", { code: "malformed_body" });
  }

  /** A message's value from its bytes. */
  decode({ json, parts }: Message, codec?: Codec): any {
    return this.read(json, parts, (text, parts) => {
      const value = this.#json.parse(text);
      return codec ? codec(value, parts) : value;
    });
  }

  /** A message's bytes from its value. */
  encode(value: unknown, codec?: Codec): Message {
    const parts = beside(this);
    try {
      const json = this.#json.stringify((codec ? codec(value, parts) : value) ?? null, checker());
      return { json: toBytes(json), parts };
    } catch (error) {
      for (const opened of parts.opened?.values() ?? []) for (const port of opened) port.close();
      throw error;
    }
  }

  #add(port: Port): Port {
    if (port.error) return port;
    this.#ports.add(port);
    this.#unfollow ??= this.#follow();
    port.onOver = () => {
      this.#ports.delete(port);
      if (this.#ports.size) return;
      this.#unfollow?.();
      this.#unfollow = undefined;
    };
    return port;
  }
}
