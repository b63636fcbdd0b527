//! What a frame's payload means.

/// The kinds of frame. The number is the wire's, and a number never changes its meaning.
///
/// Kinds below 0x10 speak of the wire or the connection and are not numbered; those from 0x10 on
/// belong to a channel, and on a connection they are counted, kept until they are acknowledged, and
/// delivered exactly once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum FrameKind {
    /// Keep-alive without content, anywhere. In a body its reader ignores it; on a wire it answers
    /// with [`Pong`](Self::Pong).
    Ping = 0x00,
    /// The answer to a ping.
    Pong = 0x01,
    /// The client binds a wire to a connection.
    Attach = 0x02,
    /// The server has bound it.
    Attached = 0x03,
    /// How many numbered frames have been received.
    Ack = 0x04,
    /// The server asks the client to attach another wire soon, and leave this one.
    Drain = 0x05,
    /// The connection is over, and why.
    End = 0x06,
    /// The next numbered frame on this wire has this number: those before it have arrived already.
    Skip = 0x07,
    /// JSON: the arguments of a call, its result, or one item of a generator.
    Message = 0x10,
    /// Raw bytes that the next message of the channel mentions by index.
    Part = 0x11,
    /// The clean end of a stream or channel.
    Close = 0x12,
    /// The end of a stream or channel by a [`Failure`](crate::Failure).
    Fail = 0x13,
    /// The front of the payload of the next frame of the channel.
    More = 0x14,
    /// A new channel.
    Open = 0x15,
    /// The receiver of this may send so many bytes more on the channel.
    Credit = 0x16,
    /// The sender of this has more to send than its credit allows.
    Blocked = 0x17,
    /// A message that wants a reply.
    Request = 0x18,
    /// The reply to a request.
    Reply = 0x19,
    /// The failure of a request.
    Refuse = 0x1a,
    /// The reply to a request is no longer wanted.
    Cancel = 0x1b,
}

impl FrameKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 20] = [
        Self::Ping,
        Self::Pong,
        Self::Attach,
        Self::Attached,
        Self::Ack,
        Self::Drain,
        Self::End,
        Self::Skip,
        Self::Message,
        Self::Part,
        Self::Close,
        Self::Fail,
        Self::More,
        Self::Open,
        Self::Credit,
        Self::Blocked,
        Self::Request,
        Self::Reply,
        Self::Refuse,
        Self::Cancel,
    ];

    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The kind with this number.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        let index = match number {
            0x00..=0x07 => number,
            0x10..=0x1b => number - 0x10 + 8,
            _ => return None,
        };
        Some(Self::ALL[index as usize])
    }

    /// Whether a connection counts and replays frames of this kind.
    #[must_use]
    pub const fn is_numbered(self) -> bool {
        self.number() >= 0x10
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_number_and_no_other_number_is_one() {
        let found = (0..=0xff).filter_map(FrameKind::from_number).collect::<Vec<_>>();
        assert_eq!(found, FrameKind::ALL);
        assert!(
            FrameKind::ALL.iter().all(|k| FrameKind::from_number(k.number().into()) == Some(*k))
        );
    }
}
