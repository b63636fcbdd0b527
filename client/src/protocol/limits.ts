/** The bounds of the wire that the client keeps; `limits.rs` says the reason of each. */

/** Bytes that follow a frame's length field in a body: what a broken server can make a page hold. */
export const FRAME: number = 64 * 1024 * 1024;
/** Raw parts before one message. */
export const PARTS = 4096;
/** Bytes that each side may send on a new channel without being asked. */
export const INITIAL_CREDIT = 4096;
/** What a frame costs in credit beside its payload. */
export const OVERHEAD = 64;
/** Payload bytes of one frame on a connection. */
export const FRAGMENT: number = 16 * 1024;
/** Bytes that follow a frame's length field on a wire. */
export const WIRE_FRAME: number = FRAGMENT + 16;
/** Bytes of the text with which a channel is opened. */
export const LABEL = 256;
/** Bytes of the failure that ends a channel. */
export const FAILURE: number = 8 * 1024;
/** Requests on one channel, in one direction, that have no reply yet. */
export const REQUESTS = 1024;
/** Bytes for which it is not worth cutting a message short. */
export const MORSEL = 1024;
/** Wires that are replaced and not closed yet. */
export const REPLACED = 4;
/** Bytes handed to a wire at once. */
export const BATCH: number = 64 * 1024;
/** How long an application may take to drain half a window and still make it grow, in milliseconds. */
export const DRAIN = 50;

/** The bounds of one connection that may be configured. */
export interface Limits {
  /** Channels the server may have open at once. */
  channels: number;
  /** Bytes of one message, its raw parts included. */
  message: number;
  /** Bytes that windows beyond the initial credit and large messages may take, over all channels. */
  pool: number;
  /** Bytes received and not consumed, over all channels; more ends the connection. */
  inbox: number;
  /** Bytes accepted from the application and not yet sent; then sending waits. */
  outbox: number;
  /** Bytes sent and not acknowledged; then nothing new is sent. */
  replay: number;
  /** How long a connection without a wire is kept, until the server says otherwise. */
  grace: number;
  /** How long a wire may be silent before it is given up. */
  idle: number;
  /** How long the answer to an attach may take. */
  handshake: number;
  /** How long an acknowledgement waits for something to travel with. */
  ackDelay: number;
  /** Bytes received after which an acknowledgement no longer waits. */
  ackBytes: number;
}

const MIB = 1024 * 1024;

/** The defaults. */
export const defaults = (): Limits => ({
  channels: 4096,
  message: 2 * MIB,
  pool: 8 * MIB,
  inbox: 16 * MIB,
  outbox: 8 * MIB,
  replay: 4 * MIB,
  grace: 60_000,
  idle: 45_000,
  handshake: 10_000,
  ackDelay: 250,
  ackBytes: 128 * 1024,
});
