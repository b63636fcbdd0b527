//! Writing frames into a buffer that the caller owns.

use super::FrameKind;
use crate::varint;

/// Where a frame begun with [`begin`] starts; [`finish`] takes it back.
#[derive(Debug)]
#[must_use = "a frame that is begun must be finished"]
pub struct Mark(usize);

/// Starts a frame: whatever is appended to `out` before [`finish`] is its payload.
///
/// One byte is kept for the length, which is right for every payload up to 61 bytes: the small
/// items of which a fast stream is made are written once and never moved.
#[inline]
pub fn begin(out: &mut Vec<u8>, kind: FrameKind, channel: u64) -> Mark {
    let mark = Mark(out.len());
    out.extend_from_slice(&[0, kind.number()]);
    varint::put(out, channel);
    mark
}

/// Ends the frame: writes its length, moving the payload by a few bytes when it got long.
///
/// # Panics
///
/// When `out` was cut below the mark in between, which only the caller's own code can do.
#[inline]
pub fn finish(out: &mut Vec<u8>, mark: Mark) {
    let length = out.len() - mark.0 - 1;
    if length <= 0x3f {
        out[mark.0] = length as u8;
        return;
    }
    let end = out.len();
    let start = mark.0 + varint::len(length as u64);
    out.resize(end + start - mark.0 - 1, 0);
    out.copy_within(mark.0 + 1..end, start);
    varint::write(&mut out[mark.0..start], length as u64);
}

impl Mark {
    /// Takes the unfinished frame away again, for a payload that failed half-way.
    pub fn discard(self, out: &mut Vec<u8>) {
        out.truncate(self.0);
    }
}

/// Appends a whole frame.
pub fn put(out: &mut Vec<u8>, kind: FrameKind, channel: u64, payload: &[u8]) {
    out.extend_from_slice(&Header::new(kind, channel, payload.len()));
    out.extend_from_slice(payload);
}

/// What stands before a payload, for writers that send header and payload without joining them.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    bytes: [u8; Header::MAX_LEN],
    len: u8,
}

impl Header {
    /// The most bytes a header takes: two long varints and a kind.
    pub const MAX_LEN: usize = 2 * varint::MAX_LEN + 1;

    /// The header of a frame with a payload of `payload_len` bytes.
    #[must_use]
    pub fn new(kind: FrameKind, channel: u64, payload_len: usize) -> Self {
        let mut header = Self { bytes: [0; Self::MAX_LEN], len: 0 };
        header.push((1 + varint::len(channel) + payload_len) as u64);
        header.push(u64::from(kind.number()));
        header.push(channel);
        header
    }

    fn push(&mut self, value: u64) {
        let (start, len) = (usize::from(self.len), varint::len(value));
        varint::write(&mut self.bytes[start..start + len], value);
        self.len += len as u8;
    }
}

impl std::ops::Deref for Header {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_discarded_frame_leaves_nothing() {
        let mut out = b"before".to_vec();
        let mark = begin(&mut out, FrameKind::Message, 1 << 40);
        out.extend_from_slice(b"half a pay");
        mark.discard(&mut out);
        assert_eq!(out, b"before");
    }

    proptest! {
        #[test]
        fn begun_and_whole_frames_have_the_same_bytes(
            len in 0usize..70_000, channel in 0..=varint::MAX, before in 0usize..3,
        ) {
            let payload = vec![7; len];
            let (mut begun, mut whole) = (vec![1; before], vec![1; before]);
            let mark = begin(&mut begun, FrameKind::Part, channel);
            begun.extend_from_slice(&payload);
            finish(&mut begun, mark);
            put(&mut whole, FrameKind::Part, channel, &payload);
            prop_assert!(begun == whole);
        }
    }
}
