//! What a link holds for one channel: what came and was not taken, who waits, how it ended.

use std::collections::{HashMap, HashSet, VecDeque};
use std::task::Waker;

use bytes::Bytes;
use telefunc_protocol::{Message, Millis, RequestId};

use crate::scope::{CloseReason, Part};

/// One channel. Its queues are bounded by the protocol: by credit, and by the number of requests
/// that may be without a reply.
#[derive(Default)]
pub(super) struct Slot {
    /// Whether it exists for the protocol: a handle may be made before the client's `OPEN` comes.
    pub(super) is_open: bool,
    /// Whether a handle was made for it.
    pub(super) is_claimed: bool,
    /// Whether that handle is gone, and the slot only waits for an `OPEN` to answer.
    pub(super) is_released: bool,
    /// When it must be open and claimed.
    pub(super) expires: Option<Millis>,
    /// Messages and requests, with what each costs.
    pub(super) inbox: VecDeque<(Incoming, u64)>,
    /// Requests of ours.
    pub(super) asked: HashMap<RequestId, Asked>,
    /// Requests of the peer's that it no longer wants answered.
    pub(super) cancelled: HashSet<RequestId>,
    /// Replies for which there is no room yet, and their bytes.
    pub(super) late: VecDeque<Late>,
    pub(super) late_bytes: usize,
    /// How it ended, once it did.
    pub(super) end: Option<CloseReason>,
    /// Its place in the scope of its call, until the scope was told of the end.
    pub(super) part: Option<Part>,
    /// Who waits for something to come.
    pub(super) reader: Option<Waker>,
    /// Who waits for room, or for the end.
    pub(super) waiting: Vec<Waker>,
}

/// What comes in on a channel.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A message.
    Message(Message),
    /// A message that wants a reply.
    Request(RequestId, Message),
}

/// A request of ours.
pub(super) enum Asked {
    /// There is no answer yet.
    Waiting(Option<Waker>),
    /// The reply, or a failure as JSON text; and what it costs.
    Answered(Result<Message, Bytes>, u64),
}

/// A reply that waits for room.
pub(super) struct Late {
    pub(super) request: RequestId,
    pub(super) reply: Result<Message, Bytes>,
}

impl Slot {
    /// Remembers to wake `waker` when there is room, or at the end.
    pub(super) fn wait(&mut self, waker: &Waker) {
        if !self.waiting.iter().any(|waiting| waiting.will_wake(waker)) {
            self.waiting.push(waker.clone());
        }
    }

    /// Whether the application will find out about the end by itself: it waits for something of the
    /// channel, or has something left to read.
    pub(super) fn is_watched(&self) -> bool {
        !self.inbox.is_empty()
            || self.reader.is_some()
            || !self.waiting.is_empty()
            || self.asked.values().any(|asked| matches!(asked, Asked::Waiting(Some(_))))
    }

    /// Everyone who waits for anything.
    pub(super) fn wakers(&mut self) -> impl Iterator<Item = Waker> + '_ {
        let asked = self.asked.values_mut().filter_map(|asked| match asked {
            Asked::Waiting(waker) => waker.take(),
            Asked::Answered(..) => None,
        });
        self.reader.take().into_iter().chain(self.waiting.drain(..)).chain(asked)
    }
}
