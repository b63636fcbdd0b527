/** A wire where WebSocket does not pass: one request whose answer never ends brings bytes down, small ones take them up. */

import { join } from "../protocol/batch.js";
import { ATTACH, frameDecoder } from "../protocol/frame.js";
import { takeNumbers } from "../protocol/handshake.js";
import { BATCH, WIRE_FRAME } from "../protocol/limits.js";
import { CONNECTION_HEADER, WIRE_HEADER } from "../protocol/media.js";
import type { OpenWire } from "./wires.js";

/** Sends a request to the wire's address. */
export type Post = (
  body: Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
  signal?: AbortSignal,
) => Promise<Response>;

export const post =
  (send: Post, token: string): OpenWire =>
  (listener) => {
    const controller = new AbortController();
    /** What waits for the request before it: one is under way at a time, so that they stay in order. */
    let waiting: Uint8Array[] = [];
    let size = 0;
    let ordinal: number | undefined;
    // Up first goes what opens the wire; the rest has to wait for the answer, or it could come before that.
    let isBusy = true;
    let isOver = false;

    const lose = (response?: Response): void => {
      if (isOver) return;
      isOver = true;
      controller.abort();
      const { status = 0 } = response ?? {};
      const seconds = Number(response?.headers.get("retry-after") ?? Number.NaN);
      listener.lost({
        retryAfter: seconds >= 0 ? seconds * 1000 : undefined,
        isFinal: status >= 400 && status < 500 && ![408, 410, 425, 429].includes(status),
      });
    };

    const down = async (body: Uint8Array<ArrayBuffer>): Promise<void> => {
      const response = await send(body, {}, controller.signal);
      if (!response.ok || !response.body) return lose(response);
      const reader = response.body.getReader();
      for (let isFirst = true; ; isFirst = false) {
        const { value, done } = await reader.read();
        if (done || isOver) return lose();
        listener.bytes(value);
        if (isFirst) next();
      }
    };

    const up = (bytes: Uint8Array<ArrayBuffer>): Promise<Response> =>
      send(bytes, { [CONNECTION_HEADER]: token, [WIRE_HEADER]: `${ordinal}` });

    const take = (): Uint8Array<ArrayBuffer> => {
      const bytes = join(waiting);
      waiting = [];
      size = 0;
      return bytes;
    };

    const next = (): void => {
      isBusy = false;
      flush();
      listener.ready();
    };

    const flush = (): void => {
      if (isBusy || isOver || !size) return;
      isBusy = true;
      up(take()).then(
        (response) => (response.ok ? next() : lose(response)),
        () => lose(),
      );
    };

    return {
      write(bytes) {
        if (ordinal === undefined) {
          ordinal = ordinalOf(bytes);
          down(bytes).catch(() => lose());
          return;
        }
        waiting.push(bytes);
        size += bytes.length;
        flush();
      },
      isFull: () => size > BATCH,
      close() {
        if (isOver) return;
        isOver = true;
        // The server takes what is said last only while the wire is there.
        const last = size ? up(take()) : Promise.resolve();
        last.catch(() => {}).finally(() => controller.abort());
      },
    };
  };

/** The ordinal in the attach at the front, which the server knows the wire by. */
const ordinalOf = (bytes: Uint8Array): number => {
  let ordinal = 0;
  frameDecoder(WIRE_FRAME, ({ kind, payload }) => {
    // Behind the version, which is one byte, and the token.
    if (kind === ATTACH) ordinal = takeNumbers(payload.subarray(17), 1)![0][0]!;
  })(bytes);
  return ordinal;
};
