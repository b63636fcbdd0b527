//! A body of frames: raw parts joined with the message that mentions them, and how a stream ends.
//!
//! ```text
//!   arguments of a call    PART* MESSAGE
//!   result of a call       PART* MESSAGE
//!   stream of items        (PART* MESSAGE)* (CLOSE | FAIL)
//! ```
//!
//! `PING` may stand anywhere. A stream that ends without `CLOSE` or `FAIL` was cut.

use bytes::Bytes;

use crate::frame::{Frame, FrameDecoder, FrameError, FrameKind};
use crate::limits;

/// One JSON text with the raw bytes it mentions by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The JSON text, as it came.
    pub json: Bytes,
    /// The raw parts; a placeholder in the JSON is an index into these.
    pub parts: Vec<Bytes>,
}

impl Message {
    /// A message without raw parts.
    #[must_use]
    pub fn json(json: impl Into<Bytes>) -> Self {
        Self { json: json.into(), parts: Vec::new() }
    }
}

/// What a body says, one step at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Arguments, a result or an item.
    Message(Message),
    /// The stream is complete.
    Close,
    /// The stream ends with this failure, as JSON text.
    Fail(Bytes),
}

/// A push decoder for a body of frames.
///
/// ```
/// use telefunc_protocol::{BodyDecoder, FrameKind, Item, frame};
///
/// let mut body = Vec::new();
/// frame::put(&mut body, FrameKind::Part, 0, &[0xff, 0xfe]);
/// frame::put(&mut body, FrameKind::Message, 0, b"[\"cat.jpg\",0]");
///
/// let mut chunk = body.into();
/// let mut decoder = BodyDecoder::new(1024);
/// let Some(Item::Message(message)) = decoder.next(&mut chunk)? else { panic!() };
/// assert_eq!(message.json, &b"[\"cat.jpg\",0]"[..]);
/// assert_eq!(message.parts, [&[0xff, 0xfe][..]]);
/// # Ok::<(), telefunc_protocol::BodyError>(())
/// ```
#[derive(Debug)]
pub struct BodyDecoder {
    frames: FrameDecoder,
    parts: Vec<Bytes>,
    ended: bool,
}

/// Why a body of frames is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// The bytes are not frames.
    Frame(FrameError),
    /// A frame of a channel other than 0, of which a body has none.
    Channel(u64),
    /// A kind of frame that has no meaning in a body.
    Misplaced(FrameKind),
    /// More parts before one message than [`limits::PARTS`].
    TooManyParts,
    /// Parts that no message follows.
    UnclaimedParts,
    /// Frames after the end of the stream, or after the one message of a call.
    Trailing,
    /// No message where there must be one.
    Missing,
}

impl BodyDecoder {
    /// A decoder for a body whose frames say at most `max_length` bytes.
    #[must_use]
    pub fn new(max_length: usize) -> Self {
        Self { frames: FrameDecoder::new(max_length), parts: Vec::new(), ended: false }
    }

    /// Takes the next item off the front of `chunk`; `Ok(None)` when it takes another chunk.
    ///
    /// # Errors
    ///
    /// As [`BodyError`] says. The body can not be read on after one.
    pub fn next(&mut self, chunk: &mut Bytes) -> Result<Option<Item>, BodyError> {
        while let Some(frame) = self.frames.next(chunk)? {
            if let Some(item) = self.take(frame)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Whether `CLOSE` or `FAIL` came: a stream whose bytes end before that was cut.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    fn take(&mut self, frame: Frame) -> Result<Option<Item>, BodyError> {
        match frame.kind {
            FrameKind::Ping => return Ok(None),
            _ if self.ended => return Err(BodyError::Trailing),
            _ if frame.channel != 0 => return Err(BodyError::Channel(frame.channel)),
            FrameKind::Part if self.parts.len() == limits::PARTS => {
                return Err(BodyError::TooManyParts);
            }
            FrameKind::Part => {
                self.parts.push(frame.payload);
                return Ok(None);
            }
            FrameKind::Message => {
                let parts = std::mem::take(&mut self.parts);
                return Ok(Some(Item::Message(Message { json: frame.payload, parts })));
            }
            FrameKind::Close | FrameKind::Fail => {}
            other => return Err(BodyError::Misplaced(other)),
        }
        if !self.parts.is_empty() {
            return Err(BodyError::UnclaimedParts);
        }
        self.ended = true;
        Ok(Some(match frame.kind {
            FrameKind::Fail => Item::Fail(frame.payload),
            _ => Item::Close,
        }))
    }
}

/// Reads the whole body of a call, `PART* MESSAGE`, when all of it is there.
///
/// # Errors
///
/// As [`BodyError`] says; anything but one message is one.
pub fn read_call(mut body: Bytes) -> Result<Message, BodyError> {
    let mut decoder = BodyDecoder::new(body.len());
    let message = match decoder.next(&mut body)? {
        Some(Item::Message(message)) => message,
        Some(Item::Close) => return Err(BodyError::Misplaced(FrameKind::Close)),
        Some(Item::Fail(_)) => return Err(BodyError::Misplaced(FrameKind::Fail)),
        None => {
            decoder.frames.finish()?;
            return Err(match decoder.parts.is_empty() {
                true => BodyError::Missing,
                false => BodyError::UnclaimedParts,
            });
        }
    };
    decoder.ended = true;
    decoder.next(&mut body)?;
    decoder.frames.finish()?;
    Ok(message)
}

impl BodyError {
    /// A stable name for logs and vectors.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Frame(error) => error.name(),
            Self::Channel(_) => "channel",
            Self::Misplaced(_) => "misplaced",
            Self::TooManyParts => "too_many_parts",
            Self::UnclaimedParts => "unclaimed_parts",
            Self::Trailing => "trailing",
            Self::Missing => "missing",
        }
    }
}

impl From<FrameError> for BodyError {
    fn from(error: FrameError) -> Self {
        Self::Frame(error)
    }
}

impl std::fmt::Display for BodyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Frame(error) => error.fmt(f),
            Self::Channel(channel) => write!(f, "a frame of channel {channel} in a body"),
            Self::Misplaced(kind) => write!(f, "a {kind:?} frame where none may stand"),
            Self::TooManyParts => write!(f, "more than {} parts in one message", limits::PARTS),
            Self::UnclaimedParts => f.write_str("parts that no message follows"),
            Self::Trailing => f.write_str("frames after the end"),
            Self::Missing => f.write_str("no message"),
        }
    }
}

impl std::error::Error for BodyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Frame(error) => Some(error),
            _ => None,
        }
    }
}
