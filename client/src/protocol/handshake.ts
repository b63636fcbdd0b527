/** The payloads that speak of the connection: attach and attached. */

import type { Batch } from "./batch.js";
import { ATTACH } from "./frame.js";
import { putVarint, takeVarint, varintLength } from "./varint.js";

/** The version of the connection's rules that this client follows. */
const VERSION = 1;

/** The first frame that the client sends on a wire, and once more when it calls a wire back. */
export interface Attach {
  /** 128 random bits: the name of the connection, and a secret. */
  readonly token: Uint8Array;
  /** How many wires the client attached before this one. */
  readonly ordinal: number;
  /** How many numbered frames it has received. */
  readonly received: number;
  /** How many channels the server may open. */
  readonly channels: number;
  /** The longest message it takes, in bytes. */
  readonly message: number;
}

/** Appends the frame. */
export const putAttach = (out: Batch, attach: Attach): void => {
  const payload: number[] = [];
  putVarint(payload, VERSION);
  payload.push(...attach.token);
  for (const number of [attach.ordinal, attach.received, attach.channels, attach.message]) {
    putVarint(payload, number);
  }
  out.put(ATTACH, 0, new Uint8Array(payload));
};

/** Takes `count` numbers off the front of a payload; `undefined` when it is cut short. */
export const takeNumbers = (payload: Uint8Array, count: number): [number[], Uint8Array] | undefined => {
  const numbers: number[] = [];
  while (numbers.length < count) {
    const length = varintLength(payload[0]!);
    if (!(length <= payload.length)) return;
    numbers.push(takeVarint(payload, 0));
    payload = payload.subarray(length);
  }
  return [numbers, payload];
};

/** Reads a payload that is `count` numbers and nothing else. */
export const readNumbers = (payload: Uint8Array, count: number): number[] | undefined => {
  const taken = takeNumbers(payload, count);
  return taken && !taken[1].length ? taken[0] : undefined;
};
