//! The wire of telefunc as a specification that compiles: bytes in, facts out, and back.
//!
//! Nothing here knows a clock, a socket, a task or a promise. `client/src/protocol` is the
//! TypeScript twin with the same file names, and `PROTOCOL.md` says the same in prose; the files of
//! `tests/vectors` are written by this crate and read by both.
//!
//! Read it in this order. First one call over HTTP:
//!
//! 1. [`limits`]: every bound on the wire, with its reason.
//! 2. [`media`]: how a body says what it is.
//! 3. [`varint`]: how a number is written.
//! 4. [`frame`]: the one unit that travels, on every kind of wire.
//! 5. [`body`]: what the frames of one HTTP body say together.
//! 6. [`failure`]: how a call says that it did not work.
//!
//! Then what lives longer than a call:
//!
//! 7. [`channel`]: the life of everything that is live.
//! 8. [`flow`]: how much each side may send.
//! 9. `replay`: what is kept until it has arrived for certain.
//! 10. [`handshake`]: how a wire is bound to a connection.
//! 11. [`timer`]: the deadlines.
//! 12. [`connection`]: all of these together.
//! 13. [`live`]: which live values a message mentions.

pub mod body;
pub mod channel;
pub mod connection;
pub mod failure;
pub mod flow;
pub mod frame;
pub mod handshake;
pub mod limits;
pub mod live;
pub mod media;
mod replay;
pub mod timer;
pub mod varint;

pub use body::{BodyDecoder, BodyError, Item, Message};
pub use channel::{ChannelId, RequestId};
pub use connection::{Connection, End, Event, Side, Transmit, WireId};
pub use failure::{Failure, Issue, PathSegment, ProtocolCode};
pub use frame::{Frame, FrameDecoder, FrameError, FrameKind};
pub use handshake::{Attach, AttachError, Attached, Token};
pub use limits::Limits;
pub use timer::Millis;
