/**
 * Calls with live values: loads the connection when the first is made. An entry of its own, since bundlers that meet an
 * `import()` make a chunk of what is behind it, and order everything else around that, even if nothing calls it.
 */

import { connected } from "./client.js";
import { beside, callFrames, type Frames, writeFrames } from "./frames.js";
import type { Scope } from "./live/scope.js";
import { FRAMES_TYPE } from "./protocol/media.js";
import type { Request } from "./request.js";

/** Goes into the codecs of a function that has live values among its arguments or in what it gives. */
export const live: Frames = {
  async call(request) {
    const scope = await enter(request);
    const value = await scope.settle(callFrames(request, scope));
    scope.over();
    // Its listener would keep the promise of the call, and that the value, for as long as the scope is watched.
    request[0].signal.onabort = null;
    return value;
  },
  async open(request) {
    const scope = await enter(request);
    const answer = scope.settle(request[1](FRAMES_TYPE, beside(scope)));
    return [await answer, scope];
  },
  write: (text, parts, headers) => writeFrames(text, parts, headers),
};

/** The scope of a call, on the connection of its client. */
const enter = async (request: Request): Promise<Scope> => {
  // Taken now, when whoever calls is still on the stack.
  const made = new Error("made here");
  const { enter } = await request[2](import("./live/scope.js"));
  return enter(request, connected(request[9]), made);
};
