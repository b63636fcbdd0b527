/** The failure of a call: the JSON that says why there is no result. */

/** One broken rule of an argument. */
export interface Issue {
  /** Where: names and indices from the arguments inwards. */
  path: (string | number)[];
  /** What is wrong, for a person. */
  message: string;
  /** What is wrong, for a program. */
  code: string;
}

/** Which rule of the protocol was broken. */
export type ProtocolCode =
  | "unknown_function"
  | "malformed_body"
  | "body_too_large"
  | "too_deep"
  | "wrong_method"
  | "unsupported_media_type"
  | "cross_site"
  | "body_timeout"
  | "timeout"
  | "stale_client"
  | "shutting_down"
  | "overloaded"
  | "unknown_wire"
  | "connection_required";

/** Why a call has no result, as the client may know it. */
export type Failure =
  | { kind: "validation"; issues: Issue[] }
  | { kind: "abort"; value: unknown }
  | { kind: "bug"; id: string }
  | { kind: "protocol"; code: ProtocolCode; message: string };

/** Whether parsed JSON is a failure. A code that is newer than this client still is one. */
export const isFailure = (json: any): json is Failure =>
  json?.kind === "validation"
    ? Array.isArray(json.issues)
    : json?.kind === "abort"
      ? "value" in json
      : typeof (json?.kind === "bug" ? json.id : json?.kind === "protocol" && json.code) === "string";
