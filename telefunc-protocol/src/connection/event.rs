//! What a connection tells its owner.

use bytes::Bytes;

use super::{End, WireId};
use crate::body::Message;
use crate::channel::{ChannelId, RequestId};
use crate::timer::Millis;

/// What happened, in order. `cost` is what must be given to
/// [`Connection::consume`](super::Connection::consume) when the application has taken it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The peer has opened a channel.
    Opened {
        /// The new channel.
        channel: ChannelId,
        /// What the peer opened it for: a function's key, or nothing when a message mentions it.
        label: Bytes,
    },
    /// A message came.
    Message {
        /// Where.
        channel: ChannelId,
        /// What.
        message: Message,
        /// For `consume`.
        cost: u64,
    },
    /// A message came that wants a reply.
    Request {
        /// Where.
        channel: ChannelId,
        /// What the reply must name.
        request: RequestId,
        /// What.
        message: Message,
        /// For `consume`.
        cost: u64,
    },
    /// The peer replied.
    Reply {
        /// Where.
        channel: ChannelId,
        /// To which request of ours.
        request: RequestId,
        /// What.
        message: Message,
        /// For `consume`.
        cost: u64,
    },
    /// The peer could not reply.
    Refused {
        /// Where.
        channel: ChannelId,
        /// To which request of ours.
        request: RequestId,
        /// A [`Failure`](crate::Failure) as JSON text.
        failure: Bytes,
        /// For `consume`.
        cost: u64,
    },
    /// The peer no longer wants the reply to this request; one must be sent all the same.
    Cancelled {
        /// Where.
        channel: ChannelId,
        /// Which.
        request: RequestId,
    },
    /// The peer closed the channel. Everything it sent before came before this.
    Closed {
        /// Which.
        channel: ChannelId,
    },
    /// The peer aborted the channel, or it failed there.
    Failed {
        /// Which.
        channel: ChannelId,
        /// A [`Failure`](crate::Failure) as JSON text.
        failure: Bytes,
        /// For `consume`.
        cost: u64,
    },
    /// What was refused as [`Full`](super::SendError::Full) would be taken now.
    Writable {
        /// Where.
        channel: ChannelId,
    },
    /// A wire carries the connection now.
    Attached {
        /// Which.
        wire: WireId,
    },
    /// No wire carries the connection; the grace has begun.
    Detached,
    /// Nothing more is to be done with a wire: close it, after what was given for it is written.
    WireDone {
        /// Which.
        wire: WireId,
    },
    /// The server asks to attach another wire soon.
    Drain {
        /// How long to wait with it, in milliseconds.
        after: Millis,
    },
    /// The connection is over, and with it every channel. This is the last event.
    Ended(End),
}
