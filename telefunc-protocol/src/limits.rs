//! Every bound on the wire, each with its default and its reason.

use crate::timer::Millis;

// A call over HTTP.

/// Bytes of one call's body. Enough for any form and most JSON; larger things are streams.
pub const BODY: usize = 1024 * 1024;

/// Depth of nested JSON arrays and objects: serde_json's own bound, which keeps a reader's stack
/// safe, and more than any type written by hand.
pub const DEPTH: usize = 128;

/// Raw byte values ([`FrameKind::Part`](crate::FrameKind::Part)) before one message: a part costs
/// the reader some 100 bytes of bookkeeping however short it is.
pub const PARTS: usize = 4096;

/// Issues named in one validation failure. A person can not read more, and a hostile array of a
/// million wrong elements must not be answered with a million lines.
pub const ISSUES: usize = 256;

/// Bytes that follow a frame's length field, in a body of frames that the client reads. The client
/// holds one frame at a time, so this bounds what a broken server can make a page hold.
pub const FRAME: usize = 64 * 1024 * 1024;

// What both sides of a connection must know before the first byte, so it can not be configured.

/// Bytes that each side may send on a new channel without being asked: enough for the value of a
/// promise or the first hundred items, little enough to give to thousands of channels.
pub const INITIAL_CREDIT: u64 = 4 * 1024;

/// What a frame costs in credit beside its payload: about what its reader's bookkeeping takes, so
/// that empty messages are not free.
pub const OVERHEAD: u64 = 64;

/// Payload bytes of one frame on a connection. Longer payloads are cut, and the pieces of several
/// channels take turns: at 10 Mbit/s one piece delays another channel by 13 ms.
pub const FRAGMENT: usize = 16 * 1024;

/// Bytes that follow a frame's length field on a wire: a fragment and the longest header.
pub const WIRE_FRAME: usize = FRAGMENT + 16;

/// Bytes of the text with which a channel is opened: a function's key, or nothing.
pub const LABEL: usize = 256;

/// Bytes of the failure that ends a channel. It travels without credit, since a peer that has
/// stopped reading must still learn that there is nothing more to read.
pub const FAILURE: usize = 8 * 1024;

/// Requests on one channel, in one direction, that have no reply yet.
pub const REQUESTS: usize = 1024;

/// Bytes for which it is not worth cutting a message short: less credit than this waits for more.
pub const MORSEL: usize = 1024;

// What a side decides for itself.

/// Wires that are replaced and not closed yet: a driver closes each when it is told to, so this is
/// only for those under way at once.
pub const REPLACED: usize = 4;

/// Bytes handed to a wire at once: large enough that the cost of a write vanishes, small enough
/// that what is sent next can still be chosen.
pub const BATCH: usize = 64 * 1024;

/// How long an application may take to drain half a window and still be held for the faster side,
/// which makes the window grow. A reader that takes longer would only fill a larger one.
pub const DRAIN: Millis = 50;

/// The bounds of one connection that may be configured. Each side has its own and tells the other
/// what it must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Channels the peer may have open at once. A call may hold thousands of live values, and each
    /// costs about half a kilobyte.
    pub channels: u64,
    /// Bytes of one message, its raw parts included: what an application must hold to see any of it.
    pub message: u64,
    /// Bytes, over all channels, that windows beyond [`INITIAL_CREDIT`] and large messages may
    /// take; windows get at most half, so that large messages always find room. One channel's
    /// window gets a quarter, 2 MiB, which fills 100 Mbit/s at a round trip of 160 ms.
    pub pool: u64,
    /// Bytes received and not consumed, over all channels: more ends the connection. Only thousands
    /// of channels that are full and unread at once get there.
    pub inbox: u64,
    /// Bytes accepted from the application and not yet sent, over all channels; then `send` waits.
    pub outbox: u64,
    /// Bytes sent and not acknowledged; then nothing new is sent. Nothing is ever evicted.
    pub replay: u64,
    /// How long a connection without a wire is kept: a lift, a tunnel, a laptop carried to another
    /// room.
    pub grace: Millis,
    /// How often the server pings: below the 30 s after which common proxies cut a silent wire.
    pub ping: Millis,
    /// How long a wire may be silent before it is given up: two pings and some delay.
    pub idle: Millis,
    /// How long the answer to an attach may take.
    pub handshake: Millis,
    /// How long an acknowledgement waits for something to travel with. It frees memory and nothing
    /// waits for it, so it need not be soon.
    pub ack_delay: Millis,
    /// Bytes received after which an acknowledgement no longer waits: often enough that a full
    /// replay buffer never is the bottleneck.
    pub ack_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        const KIB: u64 = 1024;
        const MIB: u64 = 1024 * KIB;
        Self {
            channels: 4096,
            message: 2 * MIB,
            pool: 8 * MIB,
            inbox: 16 * MIB,
            outbox: 8 * MIB,
            replay: 4 * MIB,
            grace: 60_000,
            ping: 20_000,
            idle: 45_000,
            handshake: 10_000,
            ack_delay: 250,
            ack_bytes: 128 * KIB,
        }
    }
}

impl Limits {
    /// The most payload bytes that a connection with these limits holds, whatever its peer does.
    #[must_use]
    pub const fn memory(&self) -> u64 {
        self.inbox + self.outbox + self.replay + BATCH as u64
    }
}
