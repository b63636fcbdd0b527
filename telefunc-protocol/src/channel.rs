//! One channel: what it may do now, what waits to be sent, what came in part.
//!
//! Everything live is a channel: a call, a generator, a promise, a byte stream, a callback, a user's
//! channel, a subscription. Either side opens one, at once and without an answer; either side ends
//! it, for both directions, with one frame that the other answers.
//!
//! ```text
//!                    open, or OPEN received
//!                              │
//!                          ┌───▼───┐  CLOSE or FAIL received
//!               ┌──────────┤ Open  ├──────────┐
//!         close │    abort └───┬───┘          │
//!               ▼              │ FAIL         ▼
//!        ┌────────────┐        │       ┌────────────┐
//!        │ Finishing  ├──────┐ │       │  Draining  │
//!        └──────┬─────┘abort │ │       └─────┬──────┘
//!  all is sent, │ CLOSE      │ │             │ all is consumed, or close, or abort:
//!               ▼            ▼ ▼             │ CLOSE
//!        ┌──────────────────────────┐        │
//!        │         Closing          │        │
//!        └─────────────┬────────────┘        │
//!                      │ CLOSE or FAIL       │
//!                      ▼ received            ▼
//!                  forgotten             forgotten
//! ```
//!
//! In `Finishing`, what comes is dropped and credit for it is granted, so that two sides which close
//! at once can both say what they have left. A `CLOSE` or `FAIL` received then drops what is unsent,
//! sends `CLOSE` and forgets.
//!
//! Each side sends exactly one `CLOSE` or `FAIL`, as its last frame of the channel; so a frame for a
//! channel that is forgotten is never an accident of timing, and is an error.

mod assembly;
mod outbox;
mod requests;

pub(crate) use assembly::Assembly;
pub(crate) use outbox::{Outbox, Piece};
pub(crate) use requests::{BadRequest, Requests};

use crate::flow::Window;

/// The number of a channel: odd when the client opened it, even when the server did, rising, never
/// used again.
pub type ChannelId = u64;

/// The number of a request within its channel and direction.
pub type RequestId = u64;

/// Where in its life a channel is; drawn above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Both sides may send.
    Open,
    /// The application has closed it; what it sent before goes first.
    Finishing,
    /// Our end is said; what comes is dropped until the peer's end comes.
    Closing,
    /// The peer's end came; ours goes when the application has consumed what came before.
    Draining,
}

impl State {
    /// Whether our end is not said yet, nor the peer's.
    pub(crate) fn may_speak(self) -> bool {
        matches!(self, Self::Open | Self::Finishing)
    }
}

/// All that a connection knows of one channel.
#[derive(Debug)]
pub(crate) struct Channel {
    pub(crate) state: State,
    pub(crate) outbox: Outbox,
    pub(crate) window: Window,
    pub(crate) assembly: Assembly,
    pub(crate) requests: Requests,
    /// Credit that is granted and not yet told.
    pub(crate) grant: u64,
    /// Whether the channel stands in the line of those that have something to send.
    pub(crate) is_ready: bool,
    /// What the smallest message costs that was refused and not announced as writable since.
    pub(crate) refused: Option<u64>,
    /// Whether the channel stands in the line of those that wait for room in the pool.
    pub(crate) is_starved: bool,
}

impl Channel {
    pub(crate) fn new() -> Self {
        Self {
            state: State::Open,
            outbox: Outbox::new(),
            window: Window::new(),
            assembly: Assembly::default(),
            requests: Requests::default(),
            grant: 0,
            is_ready: false,
            refused: None,
            is_starved: false,
        }
    }
}
