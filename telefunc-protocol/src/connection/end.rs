//! How a connection ends, by culprit.

/// Why a connection is over. Its [`name`](Self::name) is what `END` says to the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The peer sent bytes that mean nothing.
    Malformed(Malformed),
    /// The peer sent a frame that is not allowed where it came.
    Misbehaved(Misbehaviour),
    /// The peer went over a bound.
    Limit(Exceeded),
    /// No wire came back in time.
    Lost,
    /// One of the two applications closed it.
    Closed(Initiator),
    /// The peer ended it, and says why. A newer peer may give a reason that we do not know.
    Peer(String),
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initiator {
    /// We.
    Local,
    /// The other side.
    Peer,
}

/// What was meaningless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The wire's bytes are not frames; said by the driver.
    Frame,
    /// The payload of a frame is not what its kind demands.
    Payload,
}

/// What was out of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misbehaviour {
    /// A kind of frame that only the other side sends, or before the attach was answered.
    Misplaced,
    /// A frame for a channel that is not there.
    UnknownChannel,
    /// A channel opened with an id that is not the opener's to choose, or not a new one.
    BadChannel,
    /// More sent than was granted.
    CreditExceeded,
    /// A request under the id of another that has no reply yet.
    ReusedRequest,
    /// A reply to nothing.
    UnknownRequest,
    /// An acknowledgement of frames that were never sent.
    BadAck,
}

/// Which bound was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exceeded {
    /// [`Limits::channels`](crate::Limits::channels).
    Channels,
    /// [`Limits::message`](crate::Limits::message), or [`limits::PARTS`](crate::limits::PARTS).
    Message,
    /// [`limits::LABEL`](crate::limits::LABEL).
    Label,
    /// [`limits::FAILURE`](crate::limits::FAILURE).
    Failure,
    /// [`limits::REQUESTS`](crate::limits::REQUESTS).
    Requests,
    /// [`Limits::inbox`](crate::Limits::inbox).
    Inbox,
}

impl End {
    /// The stable name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Malformed(Malformed::Frame) => "malformed_frame",
            Self::Malformed(Malformed::Payload) => "malformed_payload",
            Self::Misbehaved(misbehaviour) => misbehaviour.name(),
            Self::Limit(exceeded) => exceeded.name(),
            Self::Lost => "lost",
            Self::Closed(_) => CLOSED,
            Self::Peer(name) => name,
        }
    }

    /// What an `END` with this name says to the one who receives it.
    pub(super) fn from_peer(name: &[u8]) -> Self {
        match String::from_utf8_lossy(&name[..name.len().min(64)]) {
            name if name == CLOSED => Self::Closed(Initiator::Peer),
            name => Self::Peer(name.into_owned()),
        }
    }
}

const CLOSED: &str = "closed";

impl Misbehaviour {
    const fn name(self) -> &'static str {
        match self {
            Self::Misplaced => "misplaced_frame",
            Self::UnknownChannel => "unknown_channel",
            Self::BadChannel => "bad_channel",
            Self::CreditExceeded => "credit_exceeded",
            Self::ReusedRequest => "reused_request",
            Self::UnknownRequest => "unknown_request",
            Self::BadAck => "bad_ack",
        }
    }
}

impl Exceeded {
    const fn name(self) -> &'static str {
        match self {
            Self::Channels => "too_many_channels",
            Self::Message => "message_too_large",
            Self::Label => "label_too_long",
            Self::Failure => "failure_too_large",
            Self::Requests => "too_many_requests",
            Self::Inbox => "inbox_full",
        }
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(_) => write!(f, "the peer sent malformed bytes ({})", self.name()),
            Self::Misbehaved(_) => write!(f, "the peer broke a rule ({})", self.name()),
            Self::Limit(_) => write!(f, "the peer went over a bound ({})", self.name()),
            Self::Lost => f.write_str("the connection was lost and not restored in time"),
            Self::Closed(Initiator::Local) => f.write_str("closed by this side"),
            Self::Closed(Initiator::Peer) => f.write_str("closed by the peer"),
            Self::Peer(name) => write!(f, "ended by the peer ({name})"),
        }
    }
}

impl std::error::Error for End {}
