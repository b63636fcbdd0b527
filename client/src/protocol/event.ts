/** What a connection tells its owner, and why it does not do what it is asked. */

import type { Message } from "./channel.js";

/** What happened, in order. `cost` is what `consume` must be given when the application has taken it. */
export type Event =
  /** The server has opened a channel. */
  | { kind: "opened"; channel: number; label: Uint8Array }
  /** A message came. */
  | { kind: "message"; channel: number; message: Message; cost: number }
  /** A message came that wants a reply. */
  | { kind: "request"; channel: number; request: number; message: Message; cost: number }
  /** The server replied to a request of ours. */
  | { kind: "reply"; channel: number; request: number; message: Message; cost: number }
  /** The server could not reply; `failure` is JSON text. */
  | { kind: "refused"; channel: number; request: number; failure: Uint8Array; cost: number }
  /** The server no longer wants the reply to this request; one must be sent all the same. */
  | { kind: "cancelled"; channel: number; request: number }
  /** The server closed the channel; everything it sent before came before this. */
  | { kind: "closed"; channel: number }
  /** The server aborted the channel, or it failed there; `failure` is JSON text. */
  | { kind: "failed"; channel: number; failure: Uint8Array; cost: number }
  /** What was refused as `full` would be taken now. */
  | { kind: "writable"; channel: number }
  /** A wire carries the connection now. */
  | { kind: "attached"; wire: number }
  /** No wire carries the connection; the grace has begun. */
  | { kind: "detached" }
  /** Nothing more is to be done with a wire: close it, after what was given for it is written. */
  | { kind: "wireDone"; wire: number }
  /** The server asks to attach another wire in so many milliseconds. */
  | { kind: "drain"; after: number }
  /** The connection is over, and with it every channel. This is the last event. */
  | { kind: "ended"; end: End };

/** Who ended a connection, and the stable name of why. */
export interface End {
  culprit: "malformed" | "misbehaved" | "limit" | "lost" | "local" | "peer";
  name: string;
}

/**
 * Why something was not sent; nothing has happened then. `full`: the event `writable` says when to try
 * again. `closed`: the channel or connection is over. `too_large`: it will never fit. `too_many`: not
 * before others end. `unknown_request`: there is none, or it has been replied to.
 */
export type SendError = "full" | "closed" | "too_large" | "too_many" | "unknown_request";

/** A rule that the server broke; caught by the connection, which ends. */
export class Violation extends Error {
  readonly end: End;
  constructor(culprit: End["culprit"], name: string) {
    super(name);
    this.end = { culprit, name };
  }
}

export const misbehaved = (name: string): Violation => new Violation("misbehaved", name);
export const exceeded = (name: string): Violation => new Violation("limit", name);
export const malformed = (): Violation => new Violation("malformed", "malformed_payload");
