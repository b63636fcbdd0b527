/** Plain calls with raw bytes, whose bodies are frames. Only functions that have bytes bring this along. */

import type { Live, Parts } from "./codec.js";
import { bodyDecoder } from "./protocol/body.js";
import { frameHeader, MESSAGE, PART } from "./protocol/frame.js";
import { CONNECTION_HEADER, FRAMES_TYPE, JSON_TYPE } from "./protocol/media.js";
import type { Request } from "./request.js";

/** How JSON and what it mentions share a body. */
export interface Frames {
  /** Makes a plain call; gives its value. */
  call(request: Request): Promise<any>;
  /** Gives nothing if there are no parts; the text then is the body. */
  write(text: string, parts: Parts, headers: Headers): Blob | undefined;
  /** Sends the request of a stream; gives its answer, and what the parts of its items need. */
  open?(request: Request): Promise<[Response, Live]>;
}

/** Goes into the codecs of a function that has bytes among its arguments or in its plain result. */
export const frames: Frames = {
  call: (request) => callFrames(request),
  write: (text, parts, headers) => writeFrames(text, parts, headers),
};

/** Makes a plain call whose answer may be frames. */
export const callFrames = async ([, send, online, decode, , , ours]: Request, live?: Live): Promise<any> => {
  // A result that could hold bytes but has none this time is plain JSON.
  const response = await send("application/", beside(live));
  if (response.headers.get("content-type")?.startsWith(JSON_TYPE)) return decode(await online(response.text()));
  const body = await online(response.arrayBuffer());
  let read: (() => any) | undefined;
  ours(() =>
    bodyDecoder((_, json, parts, payload) => {
      read = () => (live ? live.read(payload, parts, decode) : decode(json, parts));
    })(new Uint8Array(body)),
  );
  return read?.();
};

/** The body for a text with these parts. */
export const writeFrames: Frames["write"] = (text, parts, headers) => {
  if (parts.live) headers.set(CONNECTION_HEADER, parts.live.token);
  if (!parts.length) return;
  headers.set("content-type", FRAMES_TYPE);
  const message = new TextEncoder().encode(text);
  const pieces = parts.flatMap((part) => [frameHeader(PART, 0, part.length), part as Uint8Array<ArrayBuffer>]);
  return new Blob([...pieces, frameHeader(MESSAGE, 0, message.length), message]);
};

/** No parts yet, for a value that may hold live values. */
export const beside = (live: Live | undefined): Parts => Object.assign([], { live });
