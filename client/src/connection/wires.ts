/** What every kind of wire is to the driver: bytes down, bytes up, and an end. */

import type { Refusal } from "./driver.js";

export interface Wire {
  /** Sends whole frames, now or when the wire is there. */
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** Whether it should be given nothing more for now. */
  isFull(): boolean;
  /** Closes it after what was written. */
  close(): void;
}

/** What a wire tells the driver. */
export interface Listener {
  bytes(chunk: Uint8Array): void;
  /** The wire is gone. */
  lost(refusal?: Refusal): void;
  /** It takes more now. */
  ready(): void;
}

export type OpenWire = (listener: Listener) => Wire;
