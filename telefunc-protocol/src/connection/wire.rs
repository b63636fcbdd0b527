//! One wire as the connection sees it: where its run of numbers stands, and what only it carries.

/// The driver's name for a wire; never used again.
pub type WireId = u64;

/// What a wire is for at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The client has asked; the server has not answered.
    Attaching,
    /// It carries the connection.
    Active,
    /// Another one carries the connection; what is under way on this one still counts.
    Replaced,
}

/// A wire that is not lost.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) id: WireId,
    pub(super) role: Role,
    /// The number of the next numbered frame that comes in on it; `None` before the first may come.
    pub(super) next_in: Option<u64>,
    /// The number of the next frame to send on it; `None` until that is known.
    pub(super) next_out: Option<u64>,
    /// The client's count of attaches when it last attached this one.
    pub(super) ordinal: u64,
    /// Whether an attach on it has no answer yet.
    pub(super) is_asking: bool,
    /// How many frames the handshake said were received.
    pub(super) said: u64,
    /// Frames that speak of this wire.
    pub(super) out: Vec<u8>,
    /// A ping to answer; one answer does for any number of them.
    pub(super) owes_pong: bool,
}

impl Wire {
    pub(super) fn new(id: WireId, role: Role, next_in: Option<u64>, next_out: Option<u64>) -> Self {
        Self {
            id,
            role,
            next_in,
            next_out,
            ordinal: 0,
            is_asking: false,
            said: 0,
            out: Vec::new(),
            owes_pong: false,
        }
    }
}
