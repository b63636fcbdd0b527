//! The media types and header names by which the two sides tell each other what a body is.

/// A plain call and its plain answer: JSON, nothing else, so that `curl` is a client.
pub const JSON: &str = "application/json";

/// A body of frames: arguments or a result that hold raw bytes, and every stream.
pub const FRAMES: &str = "application/vnd.telefunc";

/// An answer that is a [`Failure`](crate::Failure). A proxy's own error page never has this type.
pub const FAILURE: &str = "application/vnd.telefunc.error+json";

/// Request header: the stub's signature hash, eight hex digits. Looked at only when a call fails to
/// decode, to tell an outdated page from a wrong one.
pub const SCHEMA_HEADER: &str = "telefunc-schema";

/// Request header: the stub reads integers beyond 2⁵³−1 exactly, so they need not be refused.
pub const INTEGERS_HEADER: &str = "telefunc-integers";

/// The one value of [`INTEGERS_HEADER`].
pub const INTEGERS_EXACT: &str = "exact";

/// The path under which functions are served unless the server says otherwise.
pub const BASE_PATH: &str = "/_telefunc";

/// Request header: the [`Token`](crate::Token) of the client's connection, 32 hex digits. On a call,
/// the connection whose channels it mentions; on a `POST` of frames, the connection they belong to.
pub const CONNECTION_HEADER: &str = "telefunc-connection";

/// Request header of a `POST` of frames: the wire they belong to, by the ordinal of its attach.
pub const WIRE_HEADER: &str = "telefunc-wire";

/// Where wires are attached: what stands in the place of a function's key, of which none has a `~`.
pub const WIRE_KEY: &str = "~wire";

/// The WebSocket subprotocol (RFC 6455 §1.9) of a wire.
pub const SUBPROTOCOL: &str = "telefunc.1";
