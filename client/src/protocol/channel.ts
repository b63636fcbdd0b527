/** One channel: what it may do now, what waits to be sent, what came in part. Drawn in `channel.rs`. */

import { join } from "./batch.js";
import { Window } from "./flow.js";
import { MORE, PART } from "./frame.js";
import { PARTS } from "./limits.js";
import { Outbox } from "./outbox.js";

/** One JSON text with the raw bytes it mentions by index. */
export interface Message {
  json: Uint8Array;
  parts: Uint8Array[];
}

/** Both sides may send. */
export const OPENED = 0;
/** The application has closed it; what it sent before goes first. */
export const FINISHING = 1;
/** Our end is said; what comes is dropped until the server's end comes. */
export const CLOSING = 2;
/** The server's end came; ours goes when the application has consumed what came before. */
export const DRAINING = 3;

/** Frames of one channel in, whole messages out. */
export class Assembly {
  #pieces: Uint8Array[] = [];
  #parts: Uint8Array[] = [];
  #size = 0;

  /** Takes a frame; gives the message it completes, `null` when it completes none, `undefined` over a bound. */
  take(kind: number, payload: Uint8Array, max: number): Message | null | undefined {
    this.#size += payload.length;
    if (this.#size > max || (kind === PART && this.#parts.length === PARTS)) return undefined;
    this.#pieces.push(payload);
    if (kind === MORE) return null;
    const whole = join(this.#pieces);
    this.#pieces = [];
    if (kind === PART) {
      this.#parts.push(whole);
      return null;
    }
    const message = { json: whole, parts: this.#parts };
    this.#parts = [];
    this.#size = 0;
    return message;
  }
}

/** All that a connection knows of one channel. */
export class Channel {
  state: typeof OPENED | typeof FINISHING | typeof CLOSING | typeof DRAINING = OPENED;
  readonly outbox: Outbox = new Outbox();
  readonly window: Window = new Window();
  assembly: Assembly = new Assembly();
  /** The number that our next request gets. */
  next = 0;
  /** Our requests that the server has not replied to. */
  readonly asked: Set<number> = new Set();
  /** The server's requests that we have not replied to. */
  readonly owed: Set<number> = new Set();
  /** Credit that is granted and not yet told. */
  grant = 0;
  /** Whether the channel stands in the line of those that have something to send. */
  isReady = false;
  /** What the smallest message costs that was refused and not announced as writable since. */
  refused: number | undefined;
  /** Whether the channel stands in the line of those that wait for room in the pool. */
  isStarved = false;

  /** Whether neither side's end is said. */
  maySpeak(): boolean {
    return this.state <= FINISHING;
  }
}
