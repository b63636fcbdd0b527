/** What was sent and not acknowledged: kept as it was encoded, to be sent again on another wire. */

import { OVERHEAD } from "./limits.js";
import { takeVarint, varintLength } from "./varint.js";

/** Numbered frames `acked` to `end`, in the batches in which they were written. */
export class Replay {
  /** The number of the first frame that is not acknowledged. */
  acked = 0;
  /** The number that the next new frame gets. */
  end = 0;
  /** What is held, in bytes. */
  bytes = 0;
  #batches: { first: number; end: number; bytes: Uint8Array<ArrayBuffer> }[] = [];

  /** Keeps `count` new frames. */
  push(count: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.bytes += bytes.length + OVERHEAD;
    this.#batches.push({ first: this.end, end: this.end + count, bytes });
    this.end += count;
  }

  /** The server has received the first `received` frames; gives whether it can have. */
  ack(received: number): boolean {
    if (received > this.end) return false;
    this.acked = Math.max(this.acked, received);
    const done = this.#batches.filter(({ end }) => end <= this.acked);
    for (const { bytes } of this.#batches.splice(0, done.length)) this.bytes -= bytes.length + OVERHEAD;
    return true;
  }

  /** The kept frames from number `from` to the end of their batch, and the number after them. */
  read(from: number): [Uint8Array<ArrayBuffer>, number] | undefined {
    const batch = this.#batches.find(({ end }) => end > from);
    if (!batch) return;
    let { bytes } = batch;
    for (let number = batch.first; number < from; number++) {
      bytes = bytes.subarray(varintLength(bytes[0]!) + takeVarint(bytes, 0));
    }
    return [bytes, batch.end];
  }
}
