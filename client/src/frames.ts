/** Plain calls with raw bytes, whose bodies are frames. Only functions that have bytes bring this along. */

import { bodyDecoder } from "./protocol/body.js";
import { frameHeader, MESSAGE, PART } from "./protocol/frame.js";
import { FRAMES_TYPE, JSON_TYPE } from "./protocol/media.js";
import type { Request } from "./request.js";

/** How JSON and the bytes that it mentions share a body. */
export interface Frames {
  /** How the media types of an answer begin: a result that could hold bytes but has none this time is plain JSON. */
  readonly type: string;
  /** The value of an answer. */
  read(request: Request, response: Response): Promise<any>;
  /** Gives nothing if there are no parts; the text then is the body. */
  write(text: string, parts: Uint8Array[], headers: Headers): Blob | undefined;
}

/** Goes into the codecs of a function that has bytes among its arguments or in its plain result. */
export const frames: Frames = {
  type: "application/",
  async read([, , online, decode, , , ours], response) {
    if (response.headers.get("content-type")?.startsWith(JSON_TYPE)) return decode(await online(response.text()));
    const body = await online(response.arrayBuffer());
    let value: unknown;
    ours(() =>
      bodyDecoder((_, json, parts) => {
        value = decode(json, parts);
      })(new Uint8Array(body)),
    );
    return value;
  },
  write(text, parts, headers) {
    if (!parts.length) return;
    headers.set("content-type", FRAMES_TYPE);
    const message = new TextEncoder().encode(text);
    const pieces = parts.flatMap((part) => [frameHeader(PART, 0, part.length), part as Uint8Array<ArrayBuffer>]);
    return new Blob([...pieces, frameHeader(MESSAGE, 0, message.length), message]);
  },
};
