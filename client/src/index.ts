/** Everything that a page or a generated stub may import. */

export { call } from "./call.js";
export {
  type Client,
  type ClientOptions,
  configure,
  createClient,
  type WebSocketClass,
  type WebSocketLike,
} from "./client.js";
export { close } from "./close.js";
export {
  type CallbackCodecs,
  type ChannelCodecs,
  type Codec,
  fields,
  fromBigInt,
  fromBytes,
  fromCallback,
  fromDate,
  type Kinds,
  kinds,
  lazy,
  list,
  nothing,
  nullable,
  record,
  tagged,
  toBigInt,
  toBytes,
  toCallback,
  toChannel,
  toDate,
  tuple,
} from "./codec.js";
export type { ConnectionState, ConnectionStatus } from "./connection/status.js";
export {
  Abort,
  ChannelClosedError,
  ConnectionError,
  ProtocolError,
  ServerError,
  TelefuncError,
  ValidationError,
} from "./errors.js";
export { exactJson } from "./exact.js";
export { type Frames, frames } from "./frames.js";
export type { Json, Replacer } from "./json.js";
export type { Answer, Channel } from "./live/channel.js";
export type { CloseReason } from "./live/port.js";
export type { Issue, ProtocolCode } from "./protocol/failure.js";
export type { Codecs } from "./request.js";
export { type CallError, isAbort, type Outcome, safe } from "./safe.js";
export { stream } from "./stream.js";
export type { CallOptions, JsonValue, Refusal, Telefunction, Throws } from "./types.js";
export { withClient } from "./with-client.js";
