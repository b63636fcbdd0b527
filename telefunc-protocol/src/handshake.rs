//! The payloads that speak of the connection: attach, attached, ack, drain, end.
//!
//! Attaching is the one operation for first connect, reconnect, upgrade, change of network and
//! drain: the client names its connection and what it has received, the server says what it has
//! received, and both go on from there.

use bytes::{Buf, Bytes};

use crate::frame::{self, FrameKind};
use crate::timer::Millis;
use crate::varint;

/// The version of the connection's rules that this crate follows.
pub const VERSION: u64 = 1;

/// The name of a connection: 128 random bits of the client's. It is a secret, so it is never in a
/// URL, where logs would keep it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token(pub [u8; 16]);

impl Token {
    /// Reads the 32 hex digits of a header.
    #[must_use]
    pub fn from_hex(text: &[u8]) -> Option<Self> {
        let (pairs, []) = text.as_chunks::<2>() else { return None };
        let digit = |digit: u8| char::from(digit).to_digit(16);
        let mut token = [0; 16];
        if pairs.len() != token.len() {
            return None;
        }
        for (byte, [high, low]) in token.iter_mut().zip(pairs) {
            *byte = (digit(*high)? << 4 | digit(*low)?) as u8;
        }
        Some(Self(token))
    }

    /// Writes it as in a header.
    #[must_use]
    pub fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The first frame that a client sends on a wire.
///
/// ```text
///   version   number
///   token     16 bytes
///   ordinal   number   how many wires the client attached before this one
///   received  number   how many numbered frames it has received
///   channels  number   how many channels the server may open
///   message   number   the longest message it takes, in bytes
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attach {
    /// Which connection.
    pub token: Token,
    /// Which wire of it. Only the first may create the connection: a server that does not know the
    /// token of a later one has lost what came before, and says so.
    pub ordinal: u64,
    /// How many numbered frames the client has received.
    pub received: u64,
    /// What the client can take.
    pub bounds: Bounds,
}

/// The server's answer, the first frame that it sends on a wire.
///
/// ```text
///   received  number   how many numbered frames the server has received
///   channels  number   how many channels the client may open
///   message   number   the longest message it takes, in bytes
///   grace     number   how long it keeps a connection without a wire, in milliseconds
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// How many numbered frames the server has received.
    pub received: u64,
    /// What the server can take.
    pub bounds: Bounds,
    /// How long the server keeps a connection that has no wire.
    pub grace: Millis,
}

/// What one side tells the other about its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Channels that the other side may have open.
    pub channels: u64,
    /// The longest message, in bytes.
    pub message: u64,
}

/// Why an attach was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttachError {
    /// It is cut short or longer than it should be.
    Malformed,
    /// It is of a version that this crate does not speak.
    Version(u64),
}

impl Attach {
    /// Appends the frame.
    pub fn put(&self, out: &mut Vec<u8>) {
        let mark = frame::begin(out, FrameKind::Attach, 0);
        varint::put(out, VERSION);
        out.extend_from_slice(&self.token.0);
        for number in [self.ordinal, self.received, self.bounds.channels, self.bounds.message] {
            varint::put(out, number);
        }
        frame::finish(out, mark);
    }

    /// Reads the payload.
    ///
    /// # Errors
    ///
    /// As [`AttachError`] says.
    pub fn read(mut payload: Bytes) -> Result<Self, AttachError> {
        let version = number(&mut payload).ok_or(AttachError::Malformed)?;
        if version != VERSION {
            return Err(AttachError::Version(version));
        }
        let rest = |mut payload: Bytes| {
            let token = Token(payload.get(..16)?.try_into().ok()?);
            payload.advance(16);
            let [ordinal, received, channels, message] = numbers(payload)?;
            Some(Self { token, ordinal, received, bounds: Bounds { channels, message } })
        };
        rest(payload).ok_or(AttachError::Malformed)
    }
}

impl Attached {
    /// Appends the frame.
    pub fn put(&self, out: &mut Vec<u8>) {
        let numbers = [self.received, self.bounds.channels, self.bounds.message, self.grace];
        put_numbers(out, FrameKind::Attached, 0, &numbers);
    }

    /// Reads the payload; `None` when it is malformed.
    #[must_use]
    pub fn read(payload: Bytes) -> Option<Self> {
        let [received, channels, message, grace] = numbers(payload)?;
        Some(Self { received, bounds: Bounds { channels, message }, grace })
    }
}

/// Appends an `END`: what a server says to a wire that it can not bind. `code` is a stable name.
pub fn put_end(out: &mut Vec<u8>, code: &str) {
    frame::put(out, FrameKind::End, 0, code.as_bytes());
}

/// Appends a frame whose payload is numbers.
pub(crate) fn put_numbers(out: &mut Vec<u8>, kind: FrameKind, channel: u64, numbers: &[u64]) {
    let mark = frame::begin(out, kind, channel);
    numbers.iter().for_each(|number| varint::put(out, *number));
    frame::finish(out, mark);
}

/// Takes one number off the front of a payload.
pub(crate) fn number(payload: &mut Bytes) -> Option<u64> {
    let (value, len) = varint::take(payload)?;
    payload.advance(len);
    Some(value)
}

/// Reads a payload that is `N` numbers and nothing else.
pub(crate) fn numbers<const N: usize>(mut payload: Bytes) -> Option<[u64; N]> {
    let mut found = [0; N];
    for slot in &mut found {
        *slot = number(&mut payload)?;
    }
    payload.is_empty().then_some(found)
}

impl AttachError {
    /// The stable name, as in `END`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Version(_) => "unknown_version",
        }
    }
}

impl std::fmt::Display for AttachError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed => f.write_str("a malformed attach"),
            Self::Version(version) => write!(f, "an attach of the unknown version {version}"),
        }
    }
}

impl std::error::Error for AttachError {}

/// Shows nothing, so that no log shows it.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}
