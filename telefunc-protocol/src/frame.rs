//! Frames: `length kind channel payload`, the same on every wire.
//!
//! ```text
//!   length   varint   how many bytes follow this field
//!   kind     varint   a FrameKind
//!   channel  varint   0 in the body of a call
//!   payload  length minus what the two varints took
//! ```
//!
//! Writing appends to a buffer that the caller owns, so that everything ready goes out in one write:
//!
//! ```
//! use telefunc_protocol::{FrameDecoder, FrameKind, frame};
//!
//! let mut out = Vec::new();
//! let mark = frame::begin(&mut out, FrameKind::Message, 0);
//! out.extend_from_slice(b"\"hi\"");
//! frame::finish(&mut out, mark);
//! frame::put(&mut out, FrameKind::Close, 0, b"");
//! assert_eq!(out, b"\x06\x10\x00\"hi\"\x02\x12\x00");
//!
//! let mut chunk = out.into();
//! let mut decoder = FrameDecoder::new(1024);
//! let first = decoder.next(&mut chunk)?.unwrap();
//! assert_eq!((first.kind, &first.payload[..]), (FrameKind::Message, &b"\"hi\""[..]));
//! assert_eq!(decoder.next(&mut chunk)?.unwrap().kind, FrameKind::Close);
//! assert!(decoder.next(&mut chunk)?.is_none() && decoder.is_idle());
//! # Ok::<(), telefunc_protocol::FrameError>(())
//! ```

mod decode;
mod encode;
mod kind;

use bytes::Bytes;

pub use decode::{FrameDecoder, FrameError};
pub use encode::{Header, Mark, begin, finish, put};
pub use kind::FrameKind;

/// One frame as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What the payload means.
    pub kind: FrameKind,
    /// The channel it belongs to; 0 in the body of a call.
    pub channel: u64,
    /// The rest of the frame; shares memory with the chunk it came in where it can.
    pub payload: Bytes,
}
