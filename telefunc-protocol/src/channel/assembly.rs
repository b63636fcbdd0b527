//! Frames of one channel in, whole messages out.

use bytes::Bytes;

use crate::body::Message;
use crate::limits::PARTS;

/// The message that is coming in.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    /// The front of the payload that is coming in.
    pieces: Vec<Bytes>,
    parts: Vec<Bytes>,
    /// Bytes of all of it.
    size: u64,
}

/// The message goes over a bound.
#[derive(Debug)]
pub(crate) struct TooLarge;

impl Assembly {
    /// The front of a payload.
    pub(crate) fn more(&mut self, payload: Bytes, max: u64) -> Result<(), TooLarge> {
        self.grow(&payload, max)?;
        self.pieces.push(compact(payload));
        Ok(())
    }

    /// The end of a raw part.
    pub(crate) fn part(&mut self, payload: Bytes, max: u64) -> Result<(), TooLarge> {
        self.grow(&payload, max)?;
        if self.parts.len() == PARTS {
            return Err(TooLarge);
        }
        let part = self.join(payload);
        self.parts.push(part);
        Ok(())
    }

    /// The end of the message.
    pub(crate) fn finish(&mut self, payload: Bytes, max: u64) -> Result<Message, TooLarge> {
        self.grow(&payload, max)?;
        self.size = 0;
        Ok(Message { json: self.join(payload), parts: std::mem::take(&mut self.parts) })
    }

    fn grow(&mut self, payload: &Bytes, max: u64) -> Result<(), TooLarge> {
        self.size += payload.len() as u64;
        if self.size > max { Err(TooLarge) } else { Ok(()) }
    }

    fn join(&mut self, last: Bytes) -> Bytes {
        if self.pieces.is_empty() {
            return compact(last);
        }
        self.pieces.push(last);
        let joined = self.pieces.concat();
        self.pieces.clear();
        joined.into()
    }
}

/// Moves a small payload out of the chunk it came in, which it would keep alive as long as itself.
fn compact(payload: Bytes) -> Bytes {
    if payload.len() < 1024 { Bytes::copy_from_slice(&payload) } else { payload }
}
