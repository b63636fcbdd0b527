/** Drives one connection: gives it the time and what its wires bring, takes what it has to say. No other file has timers. */

import { Connection } from "../protocol/connection.js";
import type { Event } from "../protocol/event.js";
import { frameDecoder } from "../protocol/frame.js";
import { WIRE_FRAME } from "../protocol/limits.js";
import type { OpenWire, Wire } from "./wires.js";

/** How soon a wire that takes no more is asked again, where it does not say when it does: in milliseconds. */
const PATIENCE = 10;

/** Calls `run` in so many milliseconds, unless what this gives is called before. */
export const later = (delay: number, run: () => void): (() => void) => {
  // What is longer than a timer can count would be due at once.
  const timer = setTimeout(run, Math.min(delay, 2 ** 31 - 1));
  return () => clearTimeout(timer);
};

/** What the driver tells whoever decides which wires there are. */
export interface Hooks {
  event(event: Event): void;
  /** The last turn left everything as it should be. */
  settled(): void;
  /** A wire is gone; `refusal` says why, if it never was there. */
  lost(wire: number, refusal: Refusal | undefined): void;
}

/** Why there was no wire. */
export interface Refusal {
  /** When the server wants to be asked again, in milliseconds. */
  readonly retryAfter?: number | undefined;
  /** The server will never want to. */
  readonly isFinal?: boolean;
}

export class Driver {
  readonly core: Connection;
  /** The token as headers have it. */
  readonly token: string;
  readonly #hooks: Hooks;
  readonly #wires: Map<number, Wire> = new Map();
  #count = 0;
  #isAwake = false;
  #cancel: (() => void) | undefined;

  constructor(hooks: Hooks) {
    const token = crypto.getRandomValues(new Uint8Array(16));
    this.core = new Connection(Date.now(), token);
    this.token = Array.from(token, (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.#hooks = hooks;
  }

  /** How many wires there are, in whatever state. */
  get wires(): number {
    return this.#wires.size;
  }

  /** Binds one more wire; gives its number. */
  attach(open: OpenWire): number {
    const id = ++this.#count;
    let isAttached = false;
    const decode = frameDecoder(WIRE_FRAME, (frame) => {
      isAttached = true;
      this.core.handleFrame(Date.now(), id, frame);
    });
    this.#wires.set(
      id,
      open({
        bytes: (chunk) => {
          try {
            decode(chunk);
          } catch {
            this.core.handleMalformed(id);
          }
          this.turn();
        },
        // A server that saw the attach after all says so to the next one.
        lost: (refusal) => this.#lose(id, isAttached ? undefined : (refusal ?? {})),
        ready: () => this.wake(),
      }),
    );
    this.core.attach(Date.now(), id);
    this.wake();
    return id;
  }

  /** Gives up all wires. */
  detach(): void {
    for (const [id, wire] of this.#wires) {
      wire.close();
      this.#lose(id, undefined);
    }
  }

  /** Takes a turn soon: once, however much is done before. */
  wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    queueMicrotask(() => this.turn());
  }

  /** Brings everything up to date. */
  turn(): void {
    this.#isAwake = false;
    const { core } = this;
    core.handleTimeout(Date.now());
    const done: number[] = [];
    for (let event = core.pollEvent(); event; event = core.pollEvent()) {
      if (event.kind === "wireDone") done.push(event.wire);
      else this.#hooks.event(event);
    }
    const isFull = this.#transmit();
    for (const id of done) {
      this.#wires.get(id)?.close();
      this.#lose(id, undefined);
    }
    this.#cancel?.();
    const next = Math.min(core.pollTimeout(), isFull ? Date.now() + PATIENCE : Infinity);
    this.#cancel = next < Infinity ? later(Math.max(0, next - Date.now()), () => this.turn()) : undefined;
    this.#hooks.settled();
  }

  /** Gives the wires what they take; gives whether they would take no more. */
  #transmit(): boolean {
    for (;;) {
      if ([...this.#wires.values()].some((wire) => wire.isFull())) return true;
      const transmit = this.core.pollTransmit();
      if (!transmit) return false;
      this.#wires.get(transmit.wire)?.write(transmit.bytes);
    }
  }

  #lose(id: number, refusal: Refusal | undefined): void {
    if (!this.#wires.delete(id)) return;
    if (refusal) this.core.handleWireRefused(Date.now(), id);
    else this.core.handleWireLost(Date.now(), id);
    this.#hooks.lost(id, refusal);
    this.wake();
  }
}
