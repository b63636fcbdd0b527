/** The deadlines of a connection in one table. Time comes in as a number; nothing here reads a clock. */

/** The connection has no wire: give it up. */
export const GRACE = 0;
/** The attach was not answered: give the wire up. */
export const HANDSHAKE = 1;
/** Nothing came from the wire: give it up. */
export const IDLE = 2;
/** What was received must be acknowledged by now. */
export const ACK = 3;

/** The deadlines that are set, by the numbers above; `Infinity` is not set. */
export class Timers {
  readonly #at: number[] = [Infinity, Infinity, Infinity, Infinity];

  set(timer: number, at: number): void {
    this.#at[timer] = at;
  }

  /** Sets a deadline that is not set yet. */
  arm(timer: number, at: number): void {
    if (this.#at[timer] === Infinity) this.#at[timer] = at;
  }

  clear(timer: number): void {
    this.#at[timer] = Infinity;
  }

  /** The earliest deadline. */
  next(): number {
    return Math.min(...this.#at);
  }

  /** Takes one timer whose deadline is reached, or gives -1. */
  expire(now: number): number {
    const due = this.#at.findIndex((at) => at <= now);
    if (due >= 0) this.clear(due);
    return due;
  }
}
