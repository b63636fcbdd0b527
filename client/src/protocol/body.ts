/** A body of frames: raw parts joined with the message that mentions them, and how a stream ends. */

import { type CLOSE, FAIL, frameDecoder, MalformedError, MESSAGE, PART, PING } from "./frame.js";
import { FRAME } from "./limits.js";

/** What a body says: a message with its raw parts, the clean end, or the failure that ends it. */
export type OnItem = (
  kind: typeof MESSAGE | typeof CLOSE | typeof FAIL,
  json: string,
  parts: Uint8Array[],
  /** The bytes of `json`, which are not all text when live values are mentioned. */
  payload: Uint8Array,
) => void;

/** A push decoder for a body of frames. Gives whether the stream has ended; bytes that end before that were cut. */
export const bodyDecoder = (onItem: OnItem): ((chunk: Uint8Array) => boolean) => {
  const text = new TextDecoder();
  let parts: Uint8Array[] = [];
  let ended = false;
  const decode = frameDecoder(FRAME, ({ kind, channel, payload }) => {
    if (kind === PING) return;
    if (ended) throw new MalformedError("trailing");
    if (channel) throw new MalformedError("channel");
    if (kind === PART) parts.push(payload);
    else {
      if (kind < MESSAGE || kind > FAIL) throw new MalformedError("misplaced");
      ended = kind !== MESSAGE;
      if (ended && parts.length) throw new MalformedError("unclaimed_parts");
      onItem(kind as typeof MESSAGE, text.decode(payload), parts, payload);
      parts = [];
    }
  });
  return (chunk) => {
    decode(chunk);
    return ended;
  };
};
