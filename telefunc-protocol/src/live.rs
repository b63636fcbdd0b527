//! The list of live values that a message mentions, in front of its JSON.
//!
//! ```text
//!   0x00     no JSON text starts with it
//!   count    number
//!   channel  number, count times, in the order in which the JSON mentions them
//!   JSON     the rest
//! ```
//!
//! A message without live values is the bare JSON. The client meets each listed channel exactly once
//! at a place where the type allows it, and no other, so data that merely looks like a channel's
//! number is never taken for one.

use bytes::{Buf, Bytes};

use crate::channel::ChannelId;
use crate::handshake::number;
use crate::varint;

/// The first byte of a payload with a list.
pub const LIST: u8 = 0x00;

/// The first byte of a payload that is the [`Failure`](crate::Failure) of an earlier plain message
/// of the one who receives it: it was dropped and the channel goes on.
pub const COMPLAINT: u8 = 0x01;

/// Appends the list; nothing for no channels.
pub fn put(out: &mut Vec<u8>, channels: &[ChannelId]) {
    if channels.is_empty() {
        return;
    }
    out.push(LIST);
    varint::put(out, channels.len() as u64);
    channels.iter().for_each(|channel| varint::put(out, *channel));
}

/// Takes the list off the front of a payload and leaves the JSON; `None` when it is malformed.
#[must_use]
pub fn split(payload: &mut Bytes) -> Option<Vec<ChannelId>> {
    if payload.first() != Some(&LIST) {
        return Some(Vec::new());
    }
    payload.advance(1);
    let count = number(payload)?;
    // Each takes a byte at least, so a hostile count is not believed.
    let count = usize::try_from(count).ok().filter(|count| *count <= payload.len())?;
    (0..count).map(|_| number(payload)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_split_off() {
        let mut out = Vec::new();
        put(&mut out, &[2, 4, 1 << 20]);
        out.extend_from_slice(b"[2,4]");
        let mut payload = Bytes::from(out);
        assert_eq!(split(&mut payload), Some(vec![2, 4, 1 << 20]));
        assert_eq!(payload, "[2,4]");
    }

    #[test]
    fn bare_json_has_no_list_and_a_cut_list_is_refused() {
        assert_eq!(split(&mut Bytes::from_static(b"0")), Some(vec![]));
        assert_eq!(split(&mut Bytes::from_static(b"\x00\x02\x01")), None);
        assert_eq!(split(&mut Bytes::from_static(b"\x00")), None);
    }
}
