/** Frames on their way into one buffer, so that everything ready goes out in one write. */

import { frameHeader } from "./frame.js";
import { putVarint } from "./varint.js";

export class Batch {
  /** Bytes so far. */
  size = 0;
  #chunks: Uint8Array[] = [];

  /** Appends a frame. */
  put(kind: number, channel = 0, payload: Uint8Array = new Uint8Array()): void {
    const header = frameHeader(kind, channel, payload.length);
    this.#chunks.push(header, payload);
    this.size += header.length + payload.length;
  }

  /** Appends a frame whose payload is numbers. */
  putNumbers(kind: number, channel: number, ...numbers: number[]): void {
    const payload: number[] = [];
    for (const number of numbers) putVarint(payload, number);
    this.put(kind, channel, new Uint8Array(payload));
  }

  /** Gives all of it in one piece and begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = join(this.#chunks);
    this.#chunks = [];
    this.size = 0;
    return bytes;
  }
}

/** One piece of memory of many. */
export const join = (chunks: Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
};
