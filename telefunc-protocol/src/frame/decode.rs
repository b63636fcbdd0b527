//! Reading frames from chunks that end anywhere.

use bytes::{Buf, Bytes, BytesMut};

use super::{Frame, FrameKind};
use crate::varint;

/// A push decoder: takes chunks of any size, gives whole frames.
///
/// A frame that lies within one chunk shares its memory; one that spans chunks is copied once. What
/// is held is never more than one frame, and grows only as bytes really arrive.
#[derive(Debug)]
pub struct FrameDecoder {
    max_length: usize,
    /// The front of a frame whose end has not come yet.
    partial: BytesMut,
    /// How many bytes that frame has in all, once its length field is complete.
    total: Option<usize>,
    failed: Option<FrameError>,
}

/// Why bytes are not frames. The stream can not be read on: where the next frame starts is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// The length field says more than the reader allows.
    TooLong {
        /// What the field says, in bytes.
        length: u64,
        /// What was allowed, in bytes.
        max: usize,
    },
    /// The length leaves no room for the frame's own kind and channel.
    TooShort,
    /// A kind this version does not have.
    UnknownKind(u64),
    /// The bytes ended inside a frame.
    Truncated,
}

impl FrameDecoder {
    /// A decoder for frames whose length field says at most `max_length`.
    #[must_use]
    pub fn new(max_length: usize) -> Self {
        Self { max_length, partial: BytesMut::new(), total: None, failed: None }
    }

    /// Takes the next frame off the front of `chunk`. `Ok(None)` means that `chunk` is used up and
    /// the rest of the frame, if one has begun, is kept for the next chunk.
    ///
    /// # Errors
    ///
    /// As [`FrameError`] says; after one, every further call gives the same.
    pub fn next(&mut self, chunk: &mut Bytes) -> Result<Option<Frame>, FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.advance(chunk).inspect_err(|error| self.failed = Some(*error))
    }

    /// Whether the last byte seen was the last of a frame, as it must be when a stream ends.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.partial.is_empty() && self.failed.is_none()
    }

    /// Says that no more bytes will come.
    ///
    /// # Errors
    ///
    /// [`FrameError::Truncated`] when a frame has begun and not ended, or the earlier error.
    pub fn finish(&self) -> Result<(), FrameError> {
        match self.failed {
            Some(error) => Err(error),
            None if self.partial.is_empty() => Ok(()),
            None => Err(FrameError::Truncated),
        }
    }

    fn advance(&mut self, chunk: &mut Bytes) -> Result<Option<Frame>, FrameError> {
        if self.partial.is_empty() {
            match self.total(chunk)? {
                Some(total) if total <= chunk.len() => {
                    return parse(chunk.split_to(total)).map(Some);
                }
                total => self.total = total,
            }
        }
        while self.total.is_none() {
            let Some(byte) = chunk.first() else { return Ok(None) };
            self.partial.extend_from_slice(&[*byte]);
            chunk.advance(1);
            self.total = self.total(&self.partial)?;
        }
        let wanted = self.total.map_or(0, |total| total - self.partial.len());
        let taken = chunk.split_to(wanted.min(chunk.len()));
        self.partial.extend_from_slice(&taken);
        if taken.len() < wanted {
            return Ok(None);
        }
        self.total = None;
        parse(self.partial.split().freeze()).map(Some)
    }

    /// The size of the frame at the front of `input`, its length field included, when that is there.
    fn total(&self, input: &[u8]) -> Result<Option<usize>, FrameError> {
        let Some((length, field)) = varint::take(input) else { return Ok(None) };
        match usize::try_from(length) {
            Ok(length) if length <= self.max_length => Ok(Some(field + length)),
            _ => Err(FrameError::TooLong { length, max: self.max_length }),
        }
    }
}

/// Takes apart a frame that is whole, its length field included.
fn parse(mut frame: Bytes) -> Result<Frame, FrameError> {
    let mut number = || {
        let (value, len) = varint::take(&frame).ok_or(FrameError::TooShort)?;
        frame.advance(len);
        Ok(value)
    };
    let (_length, kind, channel) = (number()?, number()?, number()?);
    let kind = FrameKind::from_number(kind).ok_or(FrameError::UnknownKind(kind))?;
    Ok(Frame { kind, channel, payload: frame })
}

impl FrameError {
    /// A stable name for logs and vectors.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too_long",
            Self::TooShort => "too_short",
            Self::UnknownKind(_) => "unknown_kind",
            Self::Truncated => "truncated",
        }
    }
}

impl std::fmt::Display for FrameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong { length, max } => write!(f, "a frame of {length} bytes, over {max}"),
            Self::TooShort => f.write_str("a frame too short for its own kind and channel"),
            Self::UnknownKind(kind) => write!(f, "a frame of the unknown kind {kind:#04x}"),
            Self::Truncated => f.write_str("the bytes ended inside a frame"),
        }
    }
}

impl std::error::Error for FrameError {}
