/** Frames: `length kind channel payload`, the same on every wire. */

import { putVarint, takeVarint, varintLength } from "./varint.js";

/** Keep-alive without content, anywhere; its reader ignores it. */
export const PING = 0x00;
/** The answer to a ping. */
export const PONG = 0x01;
/** The client binds a wire to a connection. */
export const ATTACH = 0x02;
/** The server has bound it. */
export const ATTACHED = 0x03;
/** How many numbered frames have been received. */
export const ACKNOWLEDGE = 0x04;
/** The server asks the client to attach another wire soon. */
export const DRAIN = 0x05;
/** The connection is over, and why. */
export const END = 0x06;
/** The next numbered frame on this wire has this number. */
export const SKIP = 0x07;
/** JSON: the arguments of a call, its result, or one item of a generator. */
export const MESSAGE = 0x10;
/** Raw bytes that the next `MESSAGE` of the channel mentions by index. */
export const PART = 0x11;
/** The clean end of a stream. */
export const CLOSE = 0x12;
/** The end of a stream by a failure. */
export const FAIL = 0x13;

/** The front of the payload of the next frame of the channel. */
export const MORE = 0x14;
/** A new channel. */
export const OPEN = 0x15;
/** The receiver of this may send so many bytes more on the channel. */
export const CREDIT = 0x16;
/** The sender of this has more to send than its credit allows. */
export const BLOCKED = 0x17;
/** A message that wants a reply. */
export const REQUEST = 0x18;
/** The reply to a request. */
export const REPLY = 0x19;
/** The failure of a request. */
export const REFUSE = 0x1a;
/** The reply to a request is no longer wanted. */
export const CANCEL = 0x1b;

/** One frame as it was read; the payload shares memory with the chunk it came in where it can. */
export interface Frame {
  readonly kind: number;
  readonly channel: number;
  readonly payload: Uint8Array;
}

/** Bytes that are not what they must be; `code` is a stable name. The stream can not be read on. */
export class MalformedError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`malformed bytes from the server: ${code}`);
    this.code = code;
  }
}

/** What stands before a payload of `length` bytes. */
export const frameHeader = (kind: number, channel: number, length: number): Uint8Array<ArrayBuffer> => {
  const tail = [kind];
  putVarint(tail, channel);
  const header: number[] = [];
  putVarint(header, tail.length + length);
  return new Uint8Array([...header, ...tail]);
};

/**
 * A push decoder: takes chunks of any size, gives whole frames whose length field says at most `max`.
 * What is held is never more than one frame, and grows only as bytes really arrive.
 */
export const frameDecoder = (max: number, onFrame: (frame: Frame) => void): ((chunk: Uint8Array) => void) => {
  let held = new Uint8Array();
  let size = 0;
  return (chunk) => {
    const joined = size + chunk.length;
    if (size) {
      if (joined > held.length) {
        const grown = new Uint8Array(joined * 2);
        grown.set(held.subarray(0, size));
        held = grown;
      }
      held.set(chunk, size);
      chunk = held.subarray(0, joined);
    }
    let at = 0;
    const number = (end: number): number => {
      const start = at;
      if (start >= end) return NaN;
      at += varintLength(chunk[start]!);
      return at > end ? NaN : takeVarint(chunk, start);
    };
    let start = 0;
    for (; ; start = at) {
      const end = number(joined) + at;
      if (end - at > max) throw new MalformedError("too_long");
      // A missing length is NaN, which no comparison holds for.
      if (!(end <= joined)) break;
      const kind = number(end);
      const channel = number(end);
      if (!(channel >= 0)) throw new MalformedError("too_short");
      if (!(kind < 0x08 || (kind >= MESSAGE && kind < 0x1c))) throw new MalformedError("unknown_kind");
      onFrame({ kind, channel, payload: chunk.subarray(at, end) });
      at = end;
    }
    // Whole frames lie in `held` too and may still be in use, so the rest moves to a memory of its own.
    if (start || !size) held = new Uint8Array(chunk.subarray(start));
    size = joined - start;
  };
};
