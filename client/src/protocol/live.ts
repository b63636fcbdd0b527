/** What stands in front of a JSON text that mentions live values: `0x00 count id…`. No JSON text begins with a zero. */

import { MalformedError } from "./frame.js";
import { takeNumbers } from "./handshake.js";

/** Takes the ids of the live values off the front of a message. */
export const splitLive = (payload: Uint8Array): [ids: number[], json: Uint8Array] => {
  if (payload[0] !== 0) return [[], payload];
  const count = takeNumbers(payload.subarray(1), 1);
  const taken = count && takeNumbers(count[1], count[0][0]!);
  if (!taken) throw new MalformedError("live");
  return taken;
};
