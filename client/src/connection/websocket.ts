/** A WebSocket as a wire: each message is whole frames. */

import type { WebSocketClass } from "../client.js";
import { WIRE_PROTOCOL } from "../protocol/media.js";
import type { OpenWire } from "./wires.js";

/** Bytes that a socket may hold back before it is given no more: what is not given yet can still be overtaken. */
const FULL = 512 * 1024;

export const webSocket =
  (Socket: WebSocketClass, url: string): OpenWire =>
  (listener) => {
    const socket = new Socket(url, WIRE_PROTOCOL);
    let early: Uint8Array<ArrayBuffer>[] | undefined = [];
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      for (const bytes of early ?? []) socket.send(bytes);
      early = undefined;
    };
    socket.onmessage = ({ data }) => listener.bytes(new Uint8Array(data));
    socket.onclose = () => listener.lost();
    // `close` follows; but without a listener the package `ws` would throw.
    socket.onerror = () => {};
    return {
      write: (bytes) => (early ? early.push(bytes) : socket.send(bytes)),
      isFull: () => socket.bufferedAmount > FULL,
      close: () => socket.close(),
    };
  };
