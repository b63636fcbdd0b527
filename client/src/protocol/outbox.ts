/** What the application has sent on a channel and the wire has not taken yet. */

import type { Batch } from "./batch.js";
import { chargeCut } from "./flow.js";
import { BLOCKED, MORE, PART } from "./frame.js";
import { FRAGMENT, INITIAL_CREDIT, MORSEL, OVERHEAD } from "./limits.js";

/** A raw part, or the end of a message. */
export interface Piece {
  readonly kind: number;
  readonly payload: Uint8Array;
  /** The request that this piece is. */
  readonly request?: number | undefined;
}

const costOf = ({ payload }: Piece): number => payload.length + OVERHEAD;

/** Messages in pieces, in order, and the credit to send them. */
export class Outbox {
  /** Bytes that are not sent, with the overhead of each piece. */
  queued = 0;
  #pieces: Piece[] = [];
  /** Bytes of the first piece that are sent. */
  #sent = 0;
  /** What the server lets us send. */
  #credit = INITIAL_CREDIT;
  /** Whether the server knows that we have run out of credit. */
  #hasTold = false;

  isEmpty(): boolean {
    return !this.#pieces.length;
  }

  /** Whether a message of this cost would be at most one window ahead of the server. */
  hasRoom(cost: number): boolean {
    return !this.queued || this.queued + cost <= Math.max(this.#credit, INITIAL_CREDIT);
  }

  push(piece: Piece): void {
    this.queued += costOf(piece);
    this.#pieces.push(piece);
  }

  /** More credit came. */
  credit(more: number): void {
    this.#hasTold = false;
    this.#credit += more;
  }

  /** Whether `write` would append something. */
  isReady(): boolean {
    return !this.isEmpty() && (!this.#hasTold || this.#nextLength() >= 0);
  }

  /** Appends frames until some `FRAGMENT` bytes are written, the credit is used up or nothing is left. */
  write(out: Batch, channel: number): number {
    let frames = 0;
    const start = out.size;
    while (out.size - start < FRAGMENT && !this.isEmpty()) {
      const length = this.#nextLength();
      if (length < 0) {
        if (!this.#hasTold) {
          this.#hasTold = true;
          out.putNumbers(BLOCKED, channel, this.#want());
          frames++;
        }
        break;
      }
      this.#writeOne(out, channel, length);
      frames++;
    }
    return frames;
  }

  /** Takes a request out again that has not begun to travel; gives whether it did. */
  withdraw(request: number): boolean {
    const end = this.#pieces.findIndex((piece) => piece.request === request);
    let start = end;
    while (start > 0 && this.#pieces[start - 1]!.kind === PART) start--;
    // A message at the front may have parts that are gone already, so it stays.
    if (start <= 0) return false;
    for (const piece of this.#pieces.splice(start, end + 1 - start)) this.queued -= costOf(piece);
    return true;
  }

  /** Drops everything. */
  clear(): void {
    this.#pieces = [];
    this.#sent = this.queued = 0;
  }

  /** How much of the first piece may go in one frame; -1 when it must wait for credit. */
  #nextLength(): number {
    const rest = this.#pieces[0]!.payload.length - this.#sent;
    const length = Math.min(rest, FRAGMENT, this.#credit - OVERHEAD);
    return length >= Math.min(rest, MORSEL) ? length : -1;
  }

  #writeOne(out: Batch, channel: number, length: number): void {
    const { kind, payload } = this.#pieces[0]!;
    const end = this.#sent + length;
    const isEnd = end === payload.length;
    out.put(isEnd ? kind : MORE, channel, payload.subarray(this.#sent, end));
    this.#credit -= length + OVERHEAD;
    this.queued -= length;
    this.#sent = end;
    if (isEnd) {
      this.#sent = 0;
      this.#pieces.shift();
      this.queued -= OVERHEAD;
    }
  }

  /** What the rest of the first message costs. */
  #want(): number {
    let sent = this.#sent;
    let want = 0;
    for (const { kind, payload } of this.#pieces) {
      want += chargeCut(payload.length - sent);
      sent = 0;
      if (kind !== PART) break;
    }
    return want;
  }
}
