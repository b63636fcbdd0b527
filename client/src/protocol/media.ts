/** The media types and header names by which the two sides tell each other what a body is. */

/** A plain call and its plain answer. */
export const JSON_TYPE = "application/json";
/** A body of frames. */
export const FRAMES_TYPE = "application/vnd.telefunc";
/** An answer that is a failure. A proxy's own error page never has this type. */
export const FAILURE_TYPE = "application/vnd.telefunc.error+json";
/** Request header: the stub's signature hash. */
export const SCHEMA_HEADER = "telefunc-schema";
/** Request header: this stub reads integers beyond 2⁵³−1 exactly. */
export const INTEGERS_HEADER = "telefunc-integers";
/** The one value of `INTEGERS_HEADER`. */
export const INTEGERS_EXACT = "exact";
/** The path under which functions are served unless the server says otherwise. */
export const BASE_PATH = "/_telefunc";
/** Request header of a call with live values and of an HTTP wire: the connection's token in hexadecimal digits. */
export const CONNECTION_HEADER = "telefunc-connection";
/** Request header of what goes up for an HTTP wire: the ordinal of the attach that made it. */
export const WIRE_HEADER = "telefunc-wire";
/** What stands behind the base in the URL of every wire; no function's key has a tilde. */
export const WIRE_PATH = "/~wire";
/** The WebSocket subprotocol. */
export const WIRE_PROTOCOL = "telefunc.1";
