/** Flow control: how much each side may send on a channel, and who decides it. Drawn in `flow.rs`. */

import { DRAIN, FRAGMENT, INITIAL_CREDIT, OVERHEAD } from "./limits.js";

/** What a payload of `length` bytes costs in as many frames as it takes. */
export const chargeCut = (length: number): number => length + OVERHEAD * Math.max(1, Math.ceil(length / FRAGMENT));

/** What all channels of a connection share beyond their initial credit. */
export class Pool {
  readonly #total: number;
  #used = 0;
  /** The part of `used` that grown windows take. */
  #windows = 0;

  constructor(total: number) {
    this.#total = total;
  }

  left(): number {
    return Math.max(0, this.#total - this.#used);
  }

  /** How far a window that has grown by `own` may grow: no further than what it leaves to others. */
  share(own: number): number {
    const windows = Math.max(0, Math.floor(this.#total / 2) - this.#windows) + own;
    return Math.min(Math.floor(windows / 2), this.left() + own);
  }

  change(used: number, windows: number): void {
    this.#used += used;
    this.#windows += windows;
  }
}

/** The receiver's side of one channel. */
export class Window {
  /** What came and was not consumed; only we know it. */
  unread = 0;
  /** What the peer may still send; both sides know it. */
  #open = INITIAL_CREDIT;
  /** The part of `unread` that belongs to a message which is not complete. */
  #partial = 0;
  /** What `open` and `unread` together should be. */
  #size = INITIAL_CREDIT;
  /** When the peer said that it ran out of credit, until that has had its effect on the size. */
  #blockedAt: number | undefined;
  /** Whether nothing was granted since. */
  #isWaitedFor = false;
  /** What the peer needs to finish the message it is at, counted like `open`. */
  #want = 0;
  /** Nothing is held any more; what still comes is only checked. */
  #released = false;

  /** A frame came that costs `cost`; gives whether it was granted. */
  receive(cost: number): boolean {
    if (cost > this.#open) return false;
    this.#open -= cost;
    this.#want = Math.max(0, this.#want - cost);
    if (!this.#released) {
      this.unread += cost;
      this.#partial += cost;
    }
    return true;
  }

  /** Something came that is free of credit but must be consumed all the same. Grants nothing. */
  receiveFree(cost: number, pool: Pool): number {
    this.#change(pool, () => {
      this.unread += cost;
    });
    return 0;
  }

  /** The message is complete; gives what all its frames cost. */
  complete(): number {
    const cost = this.#partial;
    this.#partial = 0;
    return cost;
  }

  /** The peer has run out of credit in front of what costs `want`. Gives what to grant now. */
  blocked(now: number, want: number, pool: Pool): number {
    this.#blockedAt = now;
    this.#isWaitedFor = true;
    this.#want = want;
    return this.grant(now, pool);
  }

  /** The application has taken what cost `cost`. Gives what to grant now. */
  consume(now: number, cost: number, pool: Pool): number {
    this.#change(pool, () => {
      this.unread = Math.max(this.unread - cost, this.#partial);
    });
    return this.grant(now, pool);
  }

  /** All that came is dropped, as if it were consumed, so that the peer can say what it has to say. */
  discard(now: number, pool: Pool): number {
    this.#partial = 0;
    return this.consume(now, this.unread, pool);
  }

  /** Whether the peer waits in the middle of a message for room in the pool. */
  isStarved(): boolean {
    return this.#want > this.#open && this.unread === this.#partial;
  }

  /** Gives what to grant, which may have become more because others left room in the pool. */
  grant(now: number, pool: Pool): number {
    this.#change(pool, () => this.#resize(now, pool));
    let granted = 0;
    this.#change(pool, () => {
      const [before] = this.#draw();
      // What came of an unfinished message waits for its rest, not for the application.
      const held = this.#open + this.unread - Math.min(this.#partial, pool.left());
      const gap = Math.max(0, this.#size - held);
      // Half a window at a time; less when the peer stands still for it.
      if (gap >= Math.floor(this.#size / (this.#isWaitedFor ? 8 : 2))) granted = gap;
      this.#open += granted;
      if (this.isStarved()) {
        const extra = this.#want - this.#open;
        this.#open += extra;
        if (this.#draw()[0] - before <= pool.left()) granted += extra;
        else this.#open -= extra;
      }
    });
    if (granted) this.#isWaitedFor = false;
    return granted;
  }

  /** The message that came in part will never be complete. Grants nothing. */
  dropPartial(pool: Pool): number {
    this.#change(pool, () => {
      this.unread -= this.complete();
    });
    this.#want = 0;
    return 0;
  }

  /** The channel is over: nothing of it is held any more. Grants nothing. */
  release(pool: Pool): number {
    this.#change(pool, () => {
      this.unread = this.#partial = this.#want = 0;
      this.#released = true;
    });
    return 0;
  }

  #resize(now: number, pool: Pool): void {
    const share = INITIAL_CREDIT + pool.share(this.#draw()[1]);
    this.#size = Math.min(this.#size, share);
    const at = this.#blockedAt;
    if (at === undefined || (this.unread - this.#partial) * 2 > this.#size) return;
    this.#blockedAt = undefined;
    if (now - at <= DRAIN) this.#size = Math.min(this.#size * (this.#size < 65536 ? 4 : 2), share);
  }

  /** What the channel takes of the pool, and what of that is for its window's size. */
  #draw(): [number, number] {
    if (this.#released) return [0, 0];
    return [Math.max(this.#size, this.#open + this.unread) - INITIAL_CREDIT, this.#size - INITIAL_CREDIT];
  }

  #change(pool: Pool, change: () => void): void {
    const [used, windows] = this.#draw();
    change();
    const after = this.#draw();
    pool.change(after[0] - used, after[1] - windows);
  }
}
